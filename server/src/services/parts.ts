import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { Profiles } from "../domain/access/profiles.ts";
import type { SignedAddresses } from "../domain/assets/addresses.ts";
import type { Uploads } from "../domain/assets/uploads.ts";
import type { Background } from "../domain/background.ts";
import type { SettingsOfActions } from "../domain/hosts/action-settings.ts";
import type { Fetches } from "../domain/hosts/fetches.ts";
import type { Hosts } from "../domain/hosts/hosts.ts";
import type { Pages } from "../domain/pages/pages.ts";
import type { Runs } from "../domain/runs/runs.ts";
import type { Watches } from "../domain/watch/watches.ts";
import type { Store } from "../store/store.ts";

/** What the services are made of. */
export interface Parts {
  config: Config;
  /** Where people and hosts find the server. */
  publicUrl: string;
  version: string;
  store: Store;
  hosts: Hosts;
  fetches: Fetches;
  pages: Pages;
  profiles: Profiles;
  settings: SettingsOfActions;
  runs: Runs;
  watches: Watches;
  uploads: Uploads;
  addresses: SignedAddresses;
  /** Runs what nobody waits for. */
  background: Background;
  logger: Logger;
}
