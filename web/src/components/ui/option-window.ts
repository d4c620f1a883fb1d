interface Texts {
  label: string;
  description?: string;
}

const clamps = ["", "truncate", "line-clamp-2 whitespace-normal wrap-anywhere"];

/**
 * How options stand in a list of which only those on screen are drawn: their heights are reckoned, and their texts cut to fit.
 *
 * @param perLine how many characters fit on a line, about
 */
export function optionWindow(perLine: number) {
  function lines(text: string | undefined): 0 | 1 | 2 {
    if (!text) return 0;
    return text.length > perLine ? 2 : 1;
  }
  return {
    /** The classes that cut an option's texts. */
    classes: ({ label, description }: Texts) => ({
      itemLabel: clamps[lines(label)],
      itemDescription: clamps[lines(description)],
    }),
    /** In pixels. */
    height: ({ label, description }: Texts) => 16 + 20 * (lines(label) + lines(description)),
  };
}
