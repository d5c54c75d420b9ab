// The peer: a plain Node relay as one writes it with socket.io 4.8, which forwards what a shopper sends to the session's
// room and checks nothing. It speaks to the load as Beside's does: `welcome`, `frame`. Prints its port once it listens.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false, maxHttpBufferSize: 8e6 });
io.on("connection", (socket) => {
  const { session } = socket.handshake.query;
  socket.join(session);
  socket.on("frame", (frame) => socket.to(session).emit("frame", frame));
  socket.emit("welcome", { epoch: 1 });
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
