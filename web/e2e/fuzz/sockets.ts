import { connect } from "node:net";
import type { Scene } from "./scene.ts";
import { oddText } from "./texts.ts";

const paths = [
  "/",
  "/sdk.tgz",
  "/health/ready",
  "/health/nothing",
  "/api/auth/sign-in/email",
  "/api/auth/sign-in/link",
  "/api/auth/sign-out",
  "/api/auth/get-session",
  "/assets/relay",
  "/assets/asset_0123456789abcdef",
  "/main/production/actions/a",
  "/%",
  "/%00",
  "/..%2f..%2f..%2fetc/passwd",
  "//example.com/",
  "*",
  "http://example.com/",
  "/interval.operator.v1.RunService/",
  "/interval.operator.v1.RunService/Nothing",
  "/?a=%E0%A4%A",
  "/#",
];
const methods = ["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "CONNECT", "DELETE", "PRI", "a", "GET\t"];

/** Sends bytes over a bare connection: requests that no library would send, and none at all. */
export async function sendRaw(scene: Scene): Promise<number> {
  const { random, judge, url } = scene;
  const bytes = random.chance(0.85) ? request(scene) : Buffer.from(random.bytes(random.between(1, 300)));
  const from = Date.now();
  const { port, hostname } = new URL(url);
  const heard = await new Promise<Buffer>((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    socket.setTimeout(1500, () => socket.destroy());
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (chunks.length > 4) socket.end();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(chunks)));
    socket.write(bytes);
    if (random.chance(0.7)) socket.end();
    if (random.chance(0.1)) socket.destroy();
  });
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(heard.subarray(0, 20).toString("latin1"))?.[1] ?? 0);
  judge.reply(`raw ${JSON.stringify(bytes.subarray(0, 200).toString("latin1"))}`, from, {
    status,
    headers: {},
    body: heard,
  });
  return 1;
}

function request({ random, world }: Scene): Buffer {
  const body = random.chance(0.5)
    ? oddText(random)
    : JSON.stringify({ email: "member@example.com", password: oddText(random) });
  const headers = [
    `Host: ${random.chance(0.7) ? "localhost" : random.of(["", "a b", "[", "a:99999", "::", "@", "x".repeat(5000), "\u00ff"])}`,
    random.chance(0.5) &&
      `Content-Length: ${random.of([String(Buffer.byteLength(body)), "0", "-1", "5", "1e3", "99999999999999", "a"])}`,
    random.chance(0.3) && "Transfer-Encoding: chunked",
    random.chance(0.2) &&
      `Content-Type: ${random.of(["application/json", "application/proto", "application/grpc", "a"])}`,
    random.chance(0.2) && `If-None-Match: ${random.of(["*", "W/", `a${" ".repeat(8000)}b`, '"', ","])}`,
    random.chance(0.2) && `Range: ${random.of(["bytes=0-1", "bytes=-", `bytes=${"0-1,".repeat(500)}`, "a=1"])}`,
    random.chance(0.2) && `Accept-Encoding: ${random.of(["gzip", `${"gzip, ".repeat(500)}a`, "*;q=1"])}`,
    random.chance(0.2) &&
      `Cookie: ${random.of(["a=b", ";".repeat(5000), "a=%", world.callers[0]?.headers.cookie ?? ""])}`,
    random.chance(0.1) && "Expect: 100-continue",
    random.chance(0.1) && `Upgrade: ${random.of(["websocket", "h2c", "a"])}\r\nConnection: Upgrade`,
    random.chance(0.1) && "X: a\r\n b",
    random.chance(0.05) && `X-Long: ${"a".repeat(random.between(1000, 100_000))}`,
    random.chance(0.05) && Array.from({ length: 3000 }, (_, i) => `X-${i}: a`).join("\r\n"),
  ].filter((line): line is string => typeof line === "string");
  const path = random.chance(0.85) ? random.of(paths) : `/${encodeURI(oddText(random).slice(0, 4000).toWellFormed())}`;
  return Buffer.from(`${random.of(methods)} ${path} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n${body}`, "latin1");
}
