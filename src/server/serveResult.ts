import { createServer, type IncomingMessage, type Server } from "node:http";
import { InputError } from "../errors.ts";

export interface Shown {
  /** A self-contained page. */
  readonly html: string;
  readonly json: string;
}

export interface ResultServer {
  readonly url: string;
  /** From now on the page is this; before, visitors are told to wait. */
  show(result: Shown): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Text of the page while the job runs; it asks again by itself. */
const WAITING = `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Patchtwin is working</title><body style="font:1rem system-ui;margin:3rem"><h1>Cloning the cell ...</h1>
<p>The result comes here as soon as it is there. Progress is shown in the terminal.</p></body></html>`;

const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json; charset=utf-8";

/** Names of this machine to itself; any port, because it may have been forwarded. */
const OWN_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Serves one result on this machine only: `/` the page, `/result.json` the numbers. Throws InputError `port-in-use`.
 *
 * @param port 0 to 65535; 0 takes a free one.
 */
export async function serveResult(port: number): Promise<ResultServer> {
  let shown: Shown | undefined;
  const server = createServer((request, response) => {
    const { status, type, body, headers } = answer(request, shown);
    response.writeHead(status, {
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      ...headers,
    });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  const taken = await listen(server, port);
  return {
    url: `http://localhost:${taken}`,
    show(result) {
      shown = result;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Paths are compared as a whole and never lead to a file. */
function answer(request: IncomingMessage, shown: Shown | undefined): Answer {
  if (!isOwnName(request.headers.host))
    return refusal(403, "this page is only for this machine: open it as http://localhost\n");
  if (request.method !== "GET" && request.method !== "HEAD")
    return { ...refusal(405, "only GET and HEAD\n"), headers: { allow: "GET, HEAD" } };
  const [path] = (request.url ?? "/").split("?", 1);
  if (path === "/") return { status: 200, type: HTML, body: shown?.html ?? WAITING };
  if (path === "/result.json") {
    return shown
      ? { status: 200, type: JSON_TYPE, body: shown.json }
      : { ...refusal(503, "the result is being computed\n"), headers: { "retry-after": "2" } };
  }
  if (path === "/favicon.ico") return { status: 204, type: "image/x-icon", body: "" };
  return refusal(404, "not found\n");
}

/** A page elsewhere could point a name of its own at this machine and read the result in our name (DNS rebinding). */
function isOwnName(host: string | undefined): boolean {
  return host !== undefined && OWN_NAMES.includes(host.replace(/:\d+$/, "").toLowerCase());
}

const refusal = (status: number, body: string): Answer => ({
  status,
  type: "text/plain; charset=utf-8",
  body,
});

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" || error.code === "EACCES" ? portError(port, error.code) : error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function portError(port: number, code: string): InputError {
  const taken = code === "EADDRINUSE";
  return new InputError({
    code: taken ? "port-in-use" : "port-not-allowed",
    where: "--port",
    what: taken
      ? "another program listens on this port"
      : "this port needs rights that the program does not have",
    got: String(port),
    expected: "a free port",
    next: `Stop the other program, or choose another port: --port ${port < 65535 && port >= 1024 ? port + 1 : 4322}.`,
  });
}
