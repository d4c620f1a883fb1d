import { fold } from "./fold.ts";

/** What is filtered by. */
interface Filterable {
  label: string;
  description?: string;
}

/**
 * Filters options by what is typed: case and accents do not count. The very label comes first, then labels that begin so, then the others,
 * each in the options' order. What options are compared by is made once, when the first term is typed.
 */
export function optionFilter<O extends Filterable>(options: readonly O[]): (term: string) => readonly O[] {
  let folded: Array<{ option: O; label: string; description: string }> | undefined;
  return (term) => {
    const wanted = fold(term).trim();
    if (wanted === "") return options;
    folded ??= options.map((option) => ({
      option,
      label: fold(option.label).trim(),
      description: fold(option.description ?? ""),
    }));
    const [same, beginning, others]: [O[], O[], O[]] = [[], [], []];
    for (const { option, label, description } of folded) {
      if (label === wanted) same.push(option);
      else if (label.startsWith(wanted)) beginning.push(option);
      else if (label.includes(wanted) || description.includes(wanted)) others.push(option);
    }
    return [...same, ...beginning, ...others];
  };
}
