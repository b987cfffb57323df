import { NativeSelect, Stack, TextInput } from "@mantine/core";
import { call } from "../../../api/calls";
import type { WebCategoryRulesNewRule as NewRule, Rule } from "../../../api/schema";
import { useSave } from "../../../shell/undo";
import { FormModal } from "../FormModal";
import { FormProblem } from "../FormProblem";
import { useFields } from "../useFields";
import { FIELDS, PRODUCTIVITY, replaced, setAgain } from "./rules";
import { Trial } from "./Trial";

const AT_FIELDS = ["field", "pattern", "category", "productivity"];

/** A new rule, or another wording of one; shows meanwhile what it would do. */
export function RuleForm({
  rules,
  rule,
  close,
}: {
  rules: Rule[];
  rule?: Rule;
  close: () => void;
}) {
  const { values, typed } = useFields({
    field: rule?.field ?? "entity",
    pattern: rule?.pattern ?? "",
    category: rule?.category ?? "",
    productivity: String(rule?.productivity ?? 0),
  });
  const { save, problem, busy } = useSave();
  const meant: NewRule = { ...values, productivity: Number(values.productivity) };
  const submit = async () => {
    const made = await save({
      call: rule
        ? call("patch", "/category-rules/{id}", { path: { id: rule.id }, body: meant })
        : call("post", "/category-rules", { body: meant }),
      done: `${rule ? "Changed" : "Added"} the rule for “${meant.category}”`,
      undo: () => setAgain(rules),
    });
    if (made) close();
  };
  return (
    <FormModal
      title={rule ? "Edit rule" : "Add rule"}
      action="Save rule"
      busy={busy}
      close={close}
      submit={submit}
    >
      <NativeSelect
        label="Where"
        data={Object.entries(FIELDS).map(([value, label]) => ({ value, label }))}
        {...typed("field")}
      />
      <TextInput
        label="Pattern"
        description="A regular expression (RE2) that matches anywhere: \.py$"
        required
        data-autofocus
        error={problem?.of("pattern")}
        {...typed("pattern")}
      />
      <TextInput
        label="Category"
        description="With a slash for one below another: work/coding"
        required
        error={problem?.of("category")}
        {...typed("category")}
      />
      <NativeSelect
        label="Productivity"
        data={PRODUCTIVITY}
        error={problem?.of("productivity")}
        {...typed("productivity")}
      />
      <Stack mih={132}>
        {meant.pattern && meant.category && <Trial rules={replaced(rules, rule?.id, meant)} />}
      </Stack>
      <FormProblem problem={problem} fields={AT_FIELDS} />
    </FormModal>
  );
}
