import { create } from "@bufbuild/protobuf";
import {
  type IoComponent,
  IoComponentSchema,
  IoFetchSchema,
  isInputKind,
  type Kind,
  SelectOptionSchema,
} from "@interval/proto";
import { HostMisuseError, TimeoutError } from "../errors.ts";
import type { MemoryLink } from "./link.ts";
import { hasPending, type PlainRecord, plainRecord } from "./plain.ts";
import {
  type Ask,
  gridPage,
  type TestGridPage,
  type TestQuery,
  type TestTablePage,
  tableCsv,
  tablePage,
  tableRows,
} from "./tables.ts";

/** A component as the operator sees it now: what it says follows what the program does. */
export class TestComponent {
  /** Identifies it within its call: the property's name in a group, else its own key, else kind and label. */
  readonly key: string;
  readonly #link: MemoryLink;
  readonly #callKey: string;

  /** @internal */
  constructor(link: MemoryLink, callKey: string, key: string) {
    this.#link = link;
    this.#callKey = callKey;
    this.key = key;
  }

  get label(): string {
    return this.#now.label;
  }

  /** What it is, such as "inputText" or "displayTable". */
  get kind(): Kind {
    const { label, kind } = this.#now;
    if (kind.case === undefined) throw new HostMisuseError(`"${label}" is of a kind that is not known here.`);
    return kind.case;
  }

  get helpText(): string | undefined {
    return this.#now.helpText;
  }

  get isOptional(): boolean {
    return this.#now.optional;
  }

  get isMultiple(): boolean {
    return this.#now.multiple;
  }

  get isDisabled(): boolean {
    return this.#now.disabled;
  }

  /** Whether it takes an answer. */
  get isInput(): boolean {
    return isInputKind(this.kind);
  }

  /** What it shows, as plain data. The names are those of the protocol's message of its kind. */
  get props(): PlainRecord {
    // The kind's field holds a message, which is plain data by now.
    return plainRecord(IoComponentSchema, this.#now)[this.kind] as PlainRecord;
  }

  /** Whether all of its values that were promises or functions are there, or have failed. */
  get isComplete(): boolean {
    return !hasPending(IoComponentSchema, this.#now);
  }

  /**
   * Waits until none of its values is on its way any more, also after the end of the run.
   * @throws {TimeoutError} when nothing happens for too long
   */
  async complete(): Promise<this> {
    await this.#link.until(
      () => this.isComplete || undefined,
      (ms) => new TimeoutError(`Values of "${this.label}" are still on their way after ${ms} ms.`),
    );
    return this;
  }

  /** The rows of a table by column, as they are shown: all that a query finds, or one page where it has a `pageSize`. */
  rows(query: TestQuery = {}): Promise<PlainRecord[]> {
    return tableRows(this.kind, this.#ask, query);
  }

  /** One page of a table in detail: keys, cells with links, pictures and colours, menus. */
  page(query: TestQuery = {}): Promise<TestTablePage> {
    return tablePage(this.kind, this.#ask, query);
  }

  /** The CSV file of a table: every row that a query finds, with values instead of what is shown of them. */
  csv(query: Omit<TestQuery, "offset" | "pageSize"> = {}): Promise<string> {
    return tableCsv(this.kind, this.#ask, query);
  }

  /** One page of a grid. */
  items(query: Omit<TestQuery, "sortColumn" | "sortDirection"> = {}): Promise<TestGridPage> {
    return gridPage(this.kind, this.#ask, query);
  }

  /** What a search shows for a text that is typed: `onSearch` is asked. */
  async search(query: string): Promise<PlainRecord[]> {
    if (this.kind !== "search")
      throw new HostMisuseError(`"${this.label}" is no search, but of the kind ${this.kind}.`);
    const page = await this.#ask({ case: "search", value: { query } });
    return page.case === "search" ? page.value.items.map((item) => plainRecord(SelectOptionSchema, item)) : [];
  }

  readonly #ask: Ask = async (kind) => {
    const page = await this.#link.fetch(this.#callKey, this.key, create(IoFetchSchema, { kind }));
    return page.kind;
  };

  get #now(): IoComponent {
    const component = this.#link.call(this.#callKey).call?.components.find(({ key }) => key === this.key);
    if (!component) throw new HostMisuseError(`The component "${this.key}" is no longer shown.`);
    return component;
  }
}
