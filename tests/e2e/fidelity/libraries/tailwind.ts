// What Tailwind 4 makes of the classes on this page: layers, registered properties, colours in oklch, nesting.
import "tailwind:page";

(document.getElementById("app") as HTMLElement).innerHTML = `
<div class="mx-auto my-6 max-w-xl space-y-4 text-slate-800"><h1 class="text-3xl font-bold tracking-tight">Payment</h1>
<div id="card" class="group rounded-xl bg-white p-6 shadow-lg ring-1 ring-black/5 data-[wide=true]:max-w-md"><label
class="block text-sm/6 font-medium">Card number <input id="number" autocomplete="cc-number" class="peer mt-2 block
w-full
rounded-md border border-slate-300 px-3 py-2 focus:outline-2 focus:outline-emerald-600"><span class="invisible
text-rose-600
group-[.wrong]:visible">Please check the number</span></label><div class="mt-4 grid grid-cols-2 gap-4
sm:grid-cols-3"><span
class="rounded bg-emerald-100 px-2 py-1 text-center">Post</span><span class="rounded bg-linear-to-r from-amber-200
to-rose-300 px-2 py-1 text-center">Courier</span></div></div><div class="flex gap-2"><button id="next" class="rounded-md
bg-emerald-600 px-4 py-2 font-semibold text-white hover:bg-emerald-500">Next</button><button id="check"
class="rounded-md
border px-4 py-2">Check</button></div><div id="bar" class="h-2 w-1/4 rounded-full bg-emerald-600 transition-all"></div>
<div id="toast" class="fixed end-4 top-4 hidden -rotate-2 rounded-lg bg-slate-900/90 p-4 text-white
backdrop-blur-sm">Kept</div>
<ul class="divide-y divide-slate-200 *:py-2"><li>One<li>Two<li class="before:mr-2
before:content-['→']">Three</ul></div>`;
const find = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
find("check").onclick = () => find("card").classList.add("wrong");
find("next").onclick = () => {
  find("bar").classList.replace("w-1/4", "w-3/4");
  find("toast").classList.remove("hidden");
};
Object.assign(window, {
  steps: {
    "a validation error": () => [["click", "#check"]],
    "typed into a masked field": () => [
      ["click", "#number"],
      ["type", "4242 4242 4242 4242"],
      ["click", "h1"],
    ],
    "the next step and a toast": () => [["click", "#next"]],
    "a data attribute": () => void (find("card").dataset["wide"] = "true"),
  },
});
