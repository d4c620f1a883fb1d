import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { IoFetchSchema } from "@interval/proto";
import type { IoContext } from "../components/io/context.ts";
import { LineError } from "../lib/send-bytes.ts";
import { type UploadOptions, untilHeard, uploadInChunks, uploadWhole } from "../lib/uploads.ts";
import { useApi } from "../transport.ts";

/** Puts files of a run where its components want them: to the server, or to storage of the program's own. */
export function useUpload(runId: () => string, fetch: IoContext["fetch"]): IoContext["upload"] {
  const { files, sendBytes } = useApi();

  return async ({ callKey, componentKey, ownStorage }, file, { requestId, onProgress, signal }) => {
    const options: UploadOptions = { send: sendBytes, onProgress, signal };
    if (ownStorage) {
      const value = { name: file.name, mediaType: file.type };
      const asked = create(IoFetchSchema, { kind: { case: "inputFile", value } });
      const { kind } = await fetch(callKey, componentKey, asked, signal);
      if (kind.case !== "inputFile") throw new Error("The program gave no address for this file.");
      const { uploadUrl, downloadUrl, relayUrl } = kind.value;
      await uploadWhole(file, relayUrl || uploadUrl, options);
      return { downloadUrl };
    }
    const purpose = { case: "answer" as const, value: { callKey, componentKey } };
    const { name, type: mediaType } = file;
    const request = { runId: runId(), purpose, name, mediaType, size: BigInt(file.size), requestId };
    const begin = () => files.beginUpload(request, { signal }).catch(lineBroke);
    const { assetId, offset } = await untilHeard(begin, signal);
    await uploadInChunks(file, `/assets/${assetId}`, Number(offset), options);
    return { assetId };
  };
}

/** Tells a server that was not heard from one that says no. */
function lineBroke(cause: unknown): never {
  const { code, rawMessage } = ConnectError.from(cause);
  if (code === Code.Unavailable || code === Code.Unknown || code === Code.DeadlineExceeded)
    throw new LineError(rawMessage, { cause });
  throw cause;
}
