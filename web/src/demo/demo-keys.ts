import { create } from "@bufbuild/protobuf";
import { timestampFromMs, timestampNow } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { type ApiKey, ApiKeyKind, ApiKeySchema, type KeyService } from "@interval/proto";

/** The keys of the demo's developer. They open nothing. */
export class DemoKeys {
  #keys: ApiKey[] = [
    create(ApiKeySchema, {
      id: "key_1",
      prefix: "dev_9fKq3xTa",
      label: "My laptop",
      createTime: timestampFromMs(Date.now() - 9 * 86_400_000),
      lastUseTime: timestampFromMs(Date.now() - 60_000),
    }),
  ];

  readonly service: ServiceImpl<typeof KeyService> = {
    createKey: ({ label, kind }) => {
      const secret = `${kind === ApiKeyKind.PROGRAM ? "prog" : "dev"}_${crypto.randomUUID().replaceAll("-", "")}`;
      const prefix = secret.slice(0, 12);
      const key = create(ApiKeySchema, { id: `key_${prefix}`, prefix, label, kind, createTime: timestampNow() });
      this.#keys = [key, ...this.#keys];
      return { secret, key };
    },
    listKeys: () => ({ keys: this.#keys }),
    revokeKey: ({ keyId }) => {
      this.#keys = this.#keys.filter(({ id }) => id !== keyId);
      return {};
    },
  };
}
