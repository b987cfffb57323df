export function Letters() {
  return null;
}
