// The peer: a plain Node relay as one writes it with socket.io 4.8, which forwards what a shopper sends to the session's
// room and checks nothing. It speaks to the load as Beside's does: `welcome`, `frame`. Prints its port once it listens.
// With a Redis address as its argument it shares rooms with others by socket.io's Redis adapter.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false, maxHttpBufferSize: 8e6 });
const [redisUrl] = process.argv.slice(2);
if (redisUrl) {
  const clients = [createClient({ url: redisUrl }), createClient({ url: redisUrl })];
  await Promise.all(clients.map((client) => client.connect()));
  io.adapter(createAdapter(...clients));
}
io.on("connection", (socket) => {
  const { session } = socket.handshake.query;
  socket.join(session);
  socket.on("frame", (frame) => socket.to(session).emit("frame", frame));
  socket.emit("welcome", { epoch: 1 });
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
