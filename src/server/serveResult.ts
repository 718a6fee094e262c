import { createServer, type Server } from "node:http";
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

/** Text of the page while the job runs; it asks again by itself. */
const WAITING = `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>Patchtwin is working</title><body style="font:1rem system-ui;margin:3rem"><h1>Cloning the cell ...</h1>
<p>The result comes here as soon as it is there. Progress is shown in the terminal.</p></body></html>`;

/**
 * Serves one result on this machine only: `/` the page, `/result.json` the numbers. Throws InputError `port-in-use`.
 *
 * @param port 0 to 65535; 0 takes a free one.
 */
export async function serveResult(port: number): Promise<ResultServer> {
  let shown: Shown | undefined;
  const server = createServer((request, response) => {
    const send = (status: number, type: string, body: string) => {
      response.writeHead(status, {
        "content-type": type,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
      });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    if (request.method !== "GET" && request.method !== "HEAD")
      return send(405, "text/plain; charset=utf-8", "only GET\n");
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/") return send(200, "text/html; charset=utf-8", shown?.html ?? WAITING);
    if (pathname === "/result.json" && shown) return send(200, "application/json", shown.json);
    return send(404, "text/plain; charset=utf-8", "not found\n");
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
