/**
 * Entry of `/launch#TOKEN`. The token stands in the fragment, which no server sees, and is taken out of the address bar
 * at once. Looking spends nothing: only the agent's click redeems the link.
 */
import { render } from "preact";

import { LaunchCard } from "./views/launch_card.tsx";

function takeToken(): string | null {
  const token = window.location.hash.slice(1);
  history.replaceState(null, "", window.location.pathname);
  return token || null;
}

function draw(): void {
  const root = document.getElementById("app");
  if (!root) return;
  const token = takeToken();
  // The key starts over when a second link is pasted into the same tab.
  render(<LaunchCard key={token} token={token} go={(location) => window.location.assign(location)} />, root);
}

window.addEventListener("hashchange", () => {
  if (window.location.hash.length > 1) draw();
});
draw();
