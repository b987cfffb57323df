import { Component, type ReactNode } from "react";
import { Problem } from "../api/problems";
import { Failed } from "./Shown";

/** What fails to be loaded or drawn takes only its own place, not all that is around it. */
export class Boundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  render() {
    if (!this.state.hasFailed) return this.props.children;
    const detail = "This page could not be shown. Is the server there? Once it is, reload.";
    const problem = new Problem(1, { detail });
    return <Failed problem={problem} again={() => location.reload()} />;
  }
}
