import type { Problem } from "../../api/problems";
import { Failed } from "../../shared/Shown";

/** What is wrong beyond the fields that show it themselves. */
export function FormProblem({ problem, fields }: { problem: Problem | null; fields: string[] }) {
  if (!problem) return null;
  const isAtField = problem.errors.some(({ path }) => fields.includes(path));
  return isAtField ? null : <Failed problem={problem} />;
}
