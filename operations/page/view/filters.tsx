import { memo } from "preact/compat";
import { useId, useMemo } from "preact/hooks";
import type { Group, Line } from "../model/line";
import { COURSE, EVERYTHING, isEverything, NO_CLASS, NO_SECTION, storageClassOf, type Filter } from "./filter";
import { useSpeech } from "./language";

interface FiltersProps {
  filter: Filter;
  onFilter: (filter: Filter) => void;
  lines: Line[];
  groups: Record<string, Group>;
  shown: number;
}

/** What is looked at. */
export function Filters({ filter, onFilter, lines, groups, shown }: FiltersProps) {
  const { say } = useSpeech();
  const set = (fields: Partial<Filter>) => onFilter({ ...filter, ...fields });
  const { scopes, namespaces, students } = useMemo(() => choicesOf(groups), [groups]);
  const classes = useMemo(() => [...new Set(lines.map((line) => storageClassOf(line) || NO_CLASS))].sort(), [lines]);
  const sections = useMemo(() => [...new Set(lines.map(({ section }) => section ?? NO_SECTION))].sort(), [lines]);
  const scopeChoices = scopes.map((name) => ({ value: name, label: name === COURSE ? say("course") : name }));
  const classChoices = classes.map((name) => ({ value: name, label: name === NO_CLASS ? say("noClass") : name }));
  const sectionChoices = sections.map((name) => ({
    value: name,
    label: name === NO_SECTION ? say("noSection") : name,
  }));
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="search">
        {say("find")}
        <input
          id="search"
          type="search"
          value={filter.text}
          placeholder={say("findHint")}
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => set({ text: currentTarget.value })}
        />
      </label>
      {scopes.length > 1 && (
        <Choice label={say("scope")} value={filter.scope} choices={scopeChoices} onChoose={(scope) => set({ scope })} />
      )}
      <Choice
        label={say("namespace")}
        value={filter.namespace}
        choices={namespaces}
        onChoose={(namespace) => set({ namespace })}
      />
      {students.length > 0 && (
        <Choice
          label={say("student")}
          value={filter.student}
          choices={students}
          onChoose={(student) => set({ student })}
        />
      )}
      {sections.length > 1 && (
        <Choice
          label={say("section")}
          value={filter.section}
          choices={sectionChoices}
          onChoose={(section) => set({ section })}
        />
      )}
      <Choice
        label={say("storageClass")}
        value={filter.storageClass}
        choices={classChoices}
        onChoose={(storageClass) => set({ storageClass })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={filter.onlyTroubles}
          onChange={({ currentTarget }) => set({ onlyTroubles: currentTarget.checked })}
        />
        {say("onlyTroubles")}
      </label>
      <button type="button" disabled={isEverything(filter)} onClick={() => onFilter(EVERYTHING)}>
        {say("clear")}
      </button>
      <output class="shown" for="search">
        {say("shown", shown, lines.length)}
      </output>
    </form>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  choices: { value: string; label: string }[];
  onChoose: (value: string) => void;
}

function Choice({ label, value, choices, onChoose }: ChoiceProps) {
  const { say } = useSpeech();
  const id = useId();
  return (
    <div class="choice">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        <option value="">{say("every")}</option>
        <Options choices={choices} />
      </select>
    </div>
  );
}

/** Of a thousand students these are many: they are drawn again only where they are others. */
const Options = memo(({ choices }: Pick<ChoiceProps, "choices">) => (
  <>
    {choices.map(({ value, label }) => (
      <option key={value} value={value}>
        {label}
      </option>
    ))}
  </>
));

function choicesOf(groups: Record<string, Group>) {
  const all = Object.values(groups).sort((one, other) => (one.name < other.name ? -1 : 1));
  const scopes = [...new Set(all.map(({ className }) => className ?? COURSE))];
  const namespaces = all.filter(({ name }) => name !== "").map(({ name }) => ({ value: name, label: name }));
  const students = all
    .filter(({ student }) => student)
    .map(({ name, student = "", realName }) => ({
      value: name,
      label: realName ? `${realName} (${student})` : student,
    }));
  return { scopes, namespaces, students };
}
