import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { pipeline } from "node:stream/promises";
import { InvalidError, UnavailableError } from "../domain/errors.ts";
import { isPublicAddress, lookupPublic, PrivateAddressError } from "./public-address.ts";

/** Bytes to be put outside. */
export interface OutsidePut {
  to: string;
  mediaType: string;
  length: number;
  body: AsyncIterable<Uint8Array>;
  /** Allows plain http and private networks, for tests and closed networks. */
  insecure: boolean;
}

/**
 * Puts bytes to an address in the world, as they come. It follows no redirects: each would be an address that nobody has checked.
 *
 * @returns the status that it answered with
 * @throws {InvalidError} for an address that must not be reached
 * @throws {UnavailableError} when it does not answer
 */
export async function putOutside({ to, mediaType, length, body, insecure }: OutsidePut): Promise<number> {
  const url = URL.parse(to);
  if (!url || !(url.protocol === "https:" || (insecure && url.protocol === "http:"))) {
    throw new InvalidError("The program gave an upload address that is not https.");
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!insecure && isIP(host) && !isPublicAddress(host)) throw privateAddress(host);
  const { request } = url.protocol === "https:" ? https : http;
  const put = request(url, {
    method: "PUT",
    // Kept open, so that who answers before the end does not cut off its own answer; it is ended below.
    headers: { "content-type": mediaType, "content-length": length, connection: "keep-alive" },
    agent: false,
    ...(insecure ? {} : { lookup: lookupPublic }),
  });
  const answered = new Promise<number>((settle, fail) => {
    put.once("response", (response) => {
      response.resume();
      settle(response.statusCode ?? 0);
    });
    put.once("error", fail);
  });
  try {
    // What refuses the bytes may answer before it has all of them.
    const sent = pipeline(body, put).then(() => answered);
    return await Promise.race([answered, sent]);
  } catch (error) {
    if (error instanceof PrivateAddressError) throw privateAddress(host);
    throw new UnavailableError(`The storage at ${url.host} could not be reached.`);
  } finally {
    put.destroy();
    answered.catch(() => undefined);
  }
}

function privateAddress(host: string): InvalidError {
  return new InvalidError(
    `The program gave an upload address in a private network (${host}), which this server puts nothing to. Add its origin to UPLOAD_ORIGINS, so that browsers put files there themselves.`,
  );
}
