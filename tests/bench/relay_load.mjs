// Load for the relay: S sessions, each a shopper who sends mutations and an agent who receives them, over WebSocket,
// speaking Engine.IO 4 and Socket.IO 5 by hand so that the generator is not the bottleneck.
// Reads {url, origin, agentOrigin, sessions: [{id, shopper, agent, shopperUrl?, agentUrl?}], perSecond, seconds,
// mutationBytes} as one line of JSON on standard input; writes one line of JSON with the figures.
import { createInterface } from "node:readline";
import WebSocket from "ws";

const line = await new Promise((resolve) => createInterface({ input: process.stdin }).once("line", resolve));
const plan = JSON.parse(line);
const PROTOCOL = 1;
const latencies = [];
let sent = 0;
let refusals = 0;

function open(url, session, token, origin, onEvent) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url ?? plan.url}/socket.io/?EIO=4&transport=websocket&session=${session}`, {
      headers: { Host: plan.host },
      origin,
      perMessageDeflate: false,
    });
    socket.on("error", reject);
    socket.on("message", (data, binary) => {
      if (binary) return;
      const text = data.toString();
      if (text[0] === "0") socket.send(`40${JSON.stringify({ protocol: PROTOCOL, version: "bench", token })}`);
      else if (text[0] === "2") socket.send("3");
      else if (text.startsWith("44")) reject(new Error(`refused: ${text.slice(2, 200)}`));
      else if (text.startsWith("42")) {
        const [event, payload] = JSON.parse(text.slice(2));
        if (event === "welcome") resolve({ socket, welcome: payload });
        onEvent(event, payload);
      }
    });
  });
}

// A mutation of the asked size: one text change, whose text carries the time at which it was sent.
function mutation(epoch, seq) {
  const stamp = `${performance.now().toFixed(3)} `;
  const frame = `42["frame",["mutation",${epoch},${seq},3,[["text",2,"${stamp}`;
  const filling = "the basket has changed and the total is new again ";
  const length = Math.max(0, plan.mutationBytes - frame.length - 6);
  return `${frame}${filling.repeat(Math.ceil(length / filling.length)).slice(0, length)}"]]]]`;
}

let receiving = false;
const pairs = [];
const opening = performance.now();
for (const { id, shopper, agent, shopperUrl, agentUrl } of plan.sessions) {
  const watching = await open(agentUrl, id, agent, plan.agentOrigin, (event, payload) => {
    if (event === "refusal") refusals++;
    if (event !== "frame" || !receiving || payload[0] !== "mutation") return;
    latencies.push(performance.now() - parseFloat(payload[4][0][2]));
  });
  const sharing = await open(shopperUrl, id, shopper, plan.origin, (event) => {
    if (event === "refusal") refusals++;
  });
  const epoch = sharing.welcome.epoch;
  const page = { origin: plan.origin, path: "/checkout", quirks: false };
  sharing.socket.send(`42${JSON.stringify(["frame", ["keyframe", epoch, 0, page, [["tx", "hello"]], []]])}`);
  pairs.push({ watching, sharing, epoch, seq: 0 });
}
const opened_s = (performance.now() - opening) / 1000;
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
await new Promise((resolve) => setTimeout(resolve, 500));

receiving = true;
const started = performance.now();
const interval = 1000 / plan.perSecond;
const total = Math.round(plan.seconds * plan.perSecond);
await new Promise((resolve) => {
  let ticks = 0;
  // Sessions take turns within an interval, so that the load is even and no burst is made.
  const slots = 50;
  const timer = setInterval(() => {
    const due = Math.min(total * slots, Math.floor(((performance.now() - started) / interval) * slots));
    for (; ticks < due; ticks++) {
      for (let i = ticks % slots; i < pairs.length; i += slots) {
        const pair = pairs[i];
        pair.sharing.socket.send(mutation(pair.epoch, ++pair.seq));
        sent++;
      }
    }
    if (ticks >= total * slots) {
      clearInterval(timer);
      resolve();
    }
  }, 2);
});
const busy_s = (performance.now() - started) / 1000;
const deadline = performance.now() + 5000;
while (latencies.length < sent && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
latencies.sort((a, b) => a - b);
const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? null;
const cpu = process.cpuUsage();
process.stdout.write(
  `${JSON.stringify({ sent, received: latencies.length, refusals, busy_s, opened_s, p50_ms: at(0.5), p99_ms: at(0.99), generator_cpu_s: (cpu.user + cpu.system) / 1e6 })}\n`,
);
for (const { watching, sharing } of pairs) {
  watching.socket.terminate();
  sharing.socket.terminate();
}
