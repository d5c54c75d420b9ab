// One participant: a real socket.io-client, as the console has it. Reads {url, session, token, origin} as one line of JSON
// on standard input, then [event, payload] to send, a line each; writes [event, payload] of all that comes, a line each,
// with "+connect", "+disconnect" and "+refused" among them. Comes back by itself, each time with the token given last.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const tell = (event, payload) => process.stdout.write(`${JSON.stringify([event, payload ?? null])}\n`);
let socket;

function open({ url, session, token, origin }) {
  socket = io(url, {
    transports: ["websocket"],
    query: { session },
    auth: (greet) => greet({ protocol: 1, version: "0.1.0", token }),
    extraHeaders: { Origin: origin },
    // Sooner than people's browsers, for the test waits.
    reconnectionDelay: 100,
    reconnectionDelayMax: 400,
  });
  socket.onAny((event, payload) => {
    if (event === "welcome") token = payload.nextToken;
    tell(event, payload);
  });
  socket.on("connect", () => tell("+connect"));
  socket.on("disconnect", (reason) => {
    tell("+disconnect", reason);
    // What a relay closes by a packet, the library does not open again by itself.
    if (reason === "io server disconnect") socket.connect();
  });
  socket.on("connect_error", (error) => tell("+refused", `${error.message} ${JSON.stringify(error.data ?? null)}`));
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const said = JSON.parse(line);
  if (socket === undefined) open(said);
  else socket.emit(...said);
});
lines.on("close", () => process.exit(0));
