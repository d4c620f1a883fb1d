import { checkFetch, type IoComponent } from "@interval/proto";
import { BadResponseError } from "../errors.ts";
import type { Serve } from "./method.ts";

/** Serves only what a component offers: a program is asked for no page, column or file that its component has not. */
export function offered(component: IoComponent, serve: Serve): Serve {
  return (fetch, signal) => {
    const fault = checkFetch(component, fetch);
    if (fault) throw new BadResponseError(fault);
    return serve(fetch, signal);
  };
}
