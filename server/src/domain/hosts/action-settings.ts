import type { ActionSettings, CatalogEntry } from "@interval/proto";
import type { Scope, SettingStore } from "../../store/store.ts";
import { NotFoundError, PreconditionError } from "../errors.ts";
import type { Hosts } from "./hosts.ts";

/** What is set for actions in the dashboard. The store has all of it, and the catalogue follows. */
export class SettingsOfActions {
  readonly #store: SettingStore;
  readonly #hosts: Hosts;

  constructor({ settings, hosts }: { settings: SettingStore; hosts: Hosts }) {
    this.#store = settings;
    this.#hosts = hosts;
  }

  /** Takes up what was set before the server last stopped. */
  async resumeAll(): Promise<void> {
    for (const { scope, path, archived } of await this.#store.listActionSettings()) {
      if (archived) this.#hosts.archive(scope, path, true);
    }
  }

  /**
   * An action of a scope, also one that is not listed.
   *
   * @throws {NotFoundError} when there is none
   * @throws {PreconditionError} for a page
   */
  find(scope: Scope, path: string): CatalogEntry {
    const entry = this.#hosts.entries(scope).get(path);
    if (!entry) throw new NotFoundError(`There is no action "${path}".`);
    if (entry.route?.kind.case !== "action") throw new PreconditionError(`"${path}" is a page, and has no settings.`);
    return entry;
  }

  /** Sets what is given for an action, and leaves the rest as it is. It resolves once that is durable. */
  async update(scope: Scope, path: string, { archived }: Pick<ActionSettings, "archived">): Promise<CatalogEntry> {
    const before = this.find(scope, path);
    if (archived !== undefined && archived !== before.archived) {
      await this.#store.writeActionSetting({ scope, path, archived });
      this.#hosts.archive(scope, path, archived);
    }
    return this.find(scope, path);
  }
}
