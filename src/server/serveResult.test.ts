import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import { InputError } from "../errors.ts";
import { type ResultServer, serveResult } from "./serveResult.ts";

let server: ResultServer | undefined;
afterEach(() => server?.close());

async function start(): Promise<number> {
  server = await serveResult(0);
  return Number(new URL(server.url).port);
}

interface Got {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** Sends a path as it is, which `fetch` would tidy. */
function send(port: number, path: string, { method = "GET", host = "localhost", to = "127.0.0.1" } = {}) {
  return new Promise<Got>((resolve, reject) => {
    const sent = request({ host: to, port, path, method, headers: { host }, timeout: 2000 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    sent.on("error", reject).on("timeout", () => sent.destroy(new Error("timeout")));
    sent.end();
  });
}

const RESULT = { html: "<!doctype html><h1>µ</h1>", json: '{"a":1}' };

describe("the server of one result", () => {
  test("[S1] before the result visitors wait; then they see it", async () => {
    const port = await start();
    const waiting = await send(port, "/");
    expect(waiting.body).toContain("Cloning the cell");
    expect(waiting.body).toContain('http-equiv="refresh"');
    expect(await send(port, "/result.json")).toMatchObject({ status: 503, headers: { "retry-after": "2" } });
    server?.show(RESULT);
    expect(await send(port, "/")).toMatchObject({ status: 200, body: RESULT.html });
    expect(await send(port, "/?from=a-link")).toMatchObject({ status: 200, body: RESULT.html });
    const json = await send(port, "/result.json");
    expect(json).toMatchObject({ status: 200, body: RESULT.json });
    expect(json.headers["content-type"]).toBe("application/json; charset=utf-8");
  });

  test("[S2] HEAD has the headers of GET and no body", async () => {
    const port = await start();
    server?.show(RESULT);
    const head = await send(port, "/", { method: "HEAD" });
    expect(head).toMatchObject({ status: 200, body: "" });
    expect(head.headers["content-length"]).toBe(String(Buffer.byteLength(RESULT.html)));
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])("[S3] %s is not allowed", async (method) => {
    const answer = await send(await start(), "/", { method });
    expect(answer).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
  });

  test("[S4] no path leads to a file, and an odd one does not end the server", async () => {
    const port = await start();
    server?.show(RESULT);
    for (const path of [
      "/../package.json",
      "/..%2f..%2fetc/passwd",
      "/%",
      "//",
      "//evil.example/",
      "/\\..\\",
      "/result.json/",
      "/a".repeat(4000),
      "http://[bad/",
      "*",
    ])
      expect(await send(port, path), path).toMatchObject({ status: 404, body: "not found\n" });
    expect(await send(port, "/")).toMatchObject({ status: 200 });
  });

  test.each(["evil.example", "evil.example:4321", "localhost.evil.example", "127.0.0.1.nip.io", "10.0.0.1"])(
    "[S5] the host name %j is refused: a page elsewhere must not read the result",
    async (host) => {
      const port = await start();
      server?.show(RESULT);
      const answer = await send(port, "/result.json", { host });
      expect(answer.status).toBe(403);
      expect(answer.body).not.toContain(RESULT.json);
    },
  );

  test.each(["localhost", "localhost:9999", "LOCALHOST:1", "127.0.0.1:80", "[::1]:4321"])(
    "[S6] this machine's own name %s serves, through any port",
    async (host) => {
      expect(await send(await start(), "/", { host })).toMatchObject({ status: 200 });
    },
  );

  test("[S7] it listens on the loopback address alone", async () => {
    const port = await start();
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of others)
      await expect(send(port, "/", { to: address }), address).rejects.toThrow(/ECONNREFUSED|timeout/);
  });

  test("[S8] the page may load nothing, be framed by nobody, and is not cached", async () => {
    const { headers } = await send(await start(), "/");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    expect(headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("[S9] a port in use is refused, naming the next one", async () => {
    const port = await start();
    const refused = await serveResult(port).catch((error) => error);
    expect(refused).toBeInstanceOf(InputError);
    expect(refused.problem).toMatchObject({ code: "port-in-use", where: "--port", got: String(port) });
  });
});
