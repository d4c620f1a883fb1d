/**
 * The entry of a map message under a key; undefined where it has none. Such maps are plain objects, which inherit entries such as "constructor".
 *
 * @example entryOf(answer.values, component.key)
 */
export function entryOf<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
