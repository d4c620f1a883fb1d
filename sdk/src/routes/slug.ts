import { HostMisuseError } from "../errors.ts";

/**
 * Checks a slug, or several joined with `/`: letters, digits, `_`, `.` and `-`.
 * @throws {HostMisuseError} that names the slug and what is wrong with it
 */
export function checkSlug(path: string): void {
  for (const slug of path.split("/")) {
    if (/^[A-Za-z0-9_.-]+$/.test(slug) && slug !== "." && slug !== "..") continue;
    const where = slug === path ? "" : ` in "${path}"`;
    throw new HostMisuseError(
      `"${slug}"${where} is not a valid slug. A slug has letters, digits, "_", "." and "-"; nested ones are joined with "/".`,
    );
  }
}
