/** The colours of a chart. */
export interface Palette {
  /** One for each series, then again from the first: each at least 3 to 1 on the surface. */
  series: readonly string[];
  /** Texts: at least 4.5 to 1 on the surface. */
  text: string;
  /** Lines behind the data. */
  line: string;
  /** A series that is switched off: still readable. */
  inactive: string;
  surface: string;
}

/** SVG attributes cannot be told of custom properties by the library, so these repeat those of the style sheet. */
export const light: Palette = {
  series: ["#4f46e5", "#c2410c", "#0d9488", "#be185d", "#0284c7", "#4d7c0f", "#854d0e", "#52525b"],
  text: "#52525b",
  line: "#e4e4e7",
  inactive: "#71717a",
  surface: "#ffffff",
};

export const dark: Palette = {
  series: ["#818cf8", "#fb923c", "#2dd4bf", "#f472b6", "#38bdf8", "#a3e635", "#fde047", "#a1a1aa"],
  text: "#a1a1aa",
  line: "#333338",
  inactive: "#84848d",
  surface: "#18181b",
};
