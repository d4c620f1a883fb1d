import { durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { type FileService, limits } from "@interval/proto";
import { unknownAsset } from "../domain/assets/uploads.ts";
import { InvalidError } from "../domain/errors.ts";
import { callerOf } from "./caller.ts";
import type { Parts } from "./parts.ts";

export function fileService({ store, uploads, addresses }: Parts): ServiceImpl<typeof FileService> {
  return {
    async beginUpload(request, context) {
      const { id, received } = await uploads.begin(callerOf(context), request);
      return { assetId: id, offset: BigInt(received) };
    },

    async createDownloadUrl({ assetId, lifetime }, context) {
      const asset = await store.assets.readAsset(assetId);
      const isReadable = asset?.complete && (await uploads.canRead(callerOf(context), asset));
      if (!isReadable) throw unknownAsset(assetId);
      const ms = lifetime ? durationMs(lifetime) : limits.signedAddressMs;
      if (ms <= 0) throw new InvalidError("The lifetime must be a positive span.");
      const { url, expires } = addresses.download(assetId, ms);
      return { url, expireTime: timestampFromMs(expires) };
    },
  };
}
