/**
 * Reports as they are answered. What has a default the document lets be left out, since requests
 * may; an answer always has it.
 */
import type { UseQueryResult } from "@tanstack/react-query";
import type { AnswerOf, Input, PathOf } from "../../api/calls";
import type { Problem } from "../../api/problems";
import { useGet } from "../../api/queries";

export type Whole<T> = T extends (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [K in keyof T]-?: Whole<T[K]> }
    : T;

type Answer<P extends PathOf<"get">> = Whole<AnswerOf<P, "get">>;

export type Daily = Answer<"/analytics/daily">;
export type DayTotals = Daily["days"][number];
export type Summary = Answer<"/analytics/summary">;
export type GroupTotal = Summary["groups"][number];
export type Focus = Answer<"/analytics/focus">;
export type FocusDay = Focus["days"][number];

type Report = "/analytics/daily" | "/analytics/summary" | "/analytics/focus";

/** `useGet`, of an answer that is whole. */
export function useReport<P extends Report>(
  path: P,
  input: Input<P, "get">,
  options?: { enabled: boolean },
) {
  const found: unknown = useGet<Report>(path, input as never, options);
  return found as UseQueryResult<Answer<P>, Problem>;
}
