import type { Step } from "./scripts.ts";

/** Asks for files of every kind. */
export const filesScript: Step[] = [
  {
    case: "called",
    value: {
      call: {
        key: "files",
        awaitsAnswer: true,
        components: [
          {
            key: "report",
            label: "Report",
            helpText: "The file that finance sent you, as it is.",
            kind: { case: "inputFile", value: { allowedExtensions: ["csv", "xlsx"], maxSize: 10_000_000n } },
          },
          { key: "receipts", label: "Receipts", multiple: true, kind: { case: "inputFile", value: {} } },
          { key: "notes", label: "Notes", optional: true, kind: { case: "inputFile", value: { maxSize: 1_000_000n } } },
          { key: "off", label: "Contract", disabled: true, kind: { case: "inputFile", value: {} } },
        ],
      },
    },
  },
  {
    case: "finished",
    value: { outcome: { case: "success", value: {} } },
  },
];
