import { Projects } from "./Projects";
import { Tags } from "./Tags";

export function ProjectsAndTags() {
  return (
    <>
      <Projects />
      <Tags />
    </>
  );
}
