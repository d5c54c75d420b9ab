// A carousel: slides moved by transforms, clones at both ends, bullets.
import Swiper from "swiper";
import { Manipulation, Navigation, Pagination } from "swiper/modules";
import "swiper/css/bundle";

const colours = ["#2e7d4f", "#b5552b", "#3b6fd4", "#7a3fa0", "#c9a227"];
(document.getElementById("app") as HTMLElement).innerHTML =
  `<style>body { font: 16px/1.5 sans-serif; margin: 24px; } .swiper { width: 700px;
height: 260px; } .swiper-slide { color: #fff; font-size: 40px; display: grid; place-items: center;
}</style><h1>Plants</h1>
<div class="swiper"><div class="swiper-wrapper">${colours
    .map((colour, at) => `<div class="swiper-slide" style="background: ${colour}">Plant ${at + 1}</div>`)
    .join("")}</div><div class="swiper-pagination"></div><div class="swiper-button-prev"></div><div
class="swiper-button-next"></div></div><p id="told">First</p>`;
const swiper = new Swiper(".swiper", {
  modules: [Manipulation, Navigation, Pagination],
  loop: true,
  speed: 60,
  slidesPerView: 2,
  spaceBetween: 16,
  navigation: { nextEl: ".swiper-button-next", prevEl: ".swiper-button-prev" },
  pagination: { el: ".swiper-pagination", clickable: true },
});
let ended = 0;
swiper.on("slideChangeTransitionEnd", () => {
  (document.getElementById("told") as HTMLElement).textContent = `Slide ${swiper.realIndex + 1}`;
  Object.assign(window, { ended: ++ended });
});
Object.assign(window, {
  steps: {
    next: () => [
      ["click", ".swiper-button-next"],
      ["wait", "window.ended === 1"],
    ],
    "by a bullet": () => [
      ["click", ".swiper-pagination-bullet:last-child"],
      ["wait", "window.ended === 2"],
    ],
    "around the end": () => [
      ["click", ".swiper-button-next"],
      ["wait", "window.ended === 3"],
    ],
    "one more slide": () => {
      swiper.addSlide(1, '<div class="swiper-slide" style="background: #1d2430">New</div>');
    },
  },
});
