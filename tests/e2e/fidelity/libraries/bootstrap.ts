// Bootstrap 5 with its scripts: collapse, dropdown, modal, offcanvas, toast, validation.
import { Toast } from "bootstrap";
import "bootstrap/dist/css/bootstrap.css";

(document.getElementById("app") as HTMLElement).innerHTML = `
<nav class="navbar bg-body-tertiary px-3"><a class="navbar-brand" href="#">Shop</a><div class="dropdown">
<button class="btn btn-secondary dropdown-toggle" data-bs-toggle="dropdown" id="menu">Plants</button><ul
class="dropdown-menu">
<li><a class="dropdown-item active" href="#">Ferns</a></li><li><a class="dropdown-item"
href="#">Palms</a></li></ul></div></nav>
<main class="container my-3"><ul class="nav nav-tabs mb-3"><li class="nav-item"><button class="nav-link active"
data-bs-toggle="tab" data-bs-target="#card">Card</button></li><li class="nav-item"><button class="nav-link" id="tab"
data-bs-toggle="tab" data-bs-target="#invoice">Invoice</button></li></ul><div class="tab-content mb-3"><div id="card"
class="tab-pane fade show active">By card</div><div id="invoice" class="tab-pane fade">By invoice</div></div>
<form class="row g-3" novalidate id="form"><div class="col-6"><div class="form-floating"><input class="form-control"
id="name"
placeholder="Name" required><label for="name">Name</label></div><div class="invalid-feedback d-block" hidden
id="fault">Please
tell us your name</div></div><div class="col-6"><select class="form-select"><option>United Kingdom</select></div>
<div class="form-check form-switch ms-3"><input class="form-check-input" type="checkbox" id="gift"
data-beside="show"><label
class="form-check-label" for="gift">Gift wrap</label></div></form>
<div class="progress my-3"><div class="progress-bar progress-bar-striped" style="width: 40%" id="done">40 %</div></div>
<button class="btn btn-primary" id="next">Next</button> <button class="btn btn-outline-primary"
data-bs-toggle="collapse"
data-bs-target="#more" id="open">More</button> <button class="btn btn-link" data-bs-toggle="modal"
data-bs-target="#modal"
id="details">Details</button> <button class="btn btn-link" data-bs-toggle="offcanvas" data-bs-target="#side"
id="basket">Basket
</button><div class="collapse mt-3" id="more"><div class="card card-body">Ferns like shade.</div></div></main>
<div class="modal fade" id="modal" tabindex="-1"><div class="modal-dialog"><div class="modal-content"><div
class="modal-header">
<h5 class="modal-title">Delivery</h5><button class="btn-close" data-bs-dismiss="modal" id="close"></button></div><div
class="modal-body">On Monday</div></div></div></div>
<div class="offcanvas offcanvas-end" id="side" tabindex="-1"><div class="offcanvas-header"><h5>Basket</h5><button
class="btn-close" data-bs-dismiss="offcanvas" id="shut"></button></div><div class="offcanvas-body">Two ferns</div></div>
<div class="toast-container position-fixed bottom-0 end-0 p-3"><div class="toast" data-bs-autohide="false"
id="toast"><div
class="toast-body">Kept</div></div></div>`;
const find = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
find("next").onclick = () => {
  find("form").classList.add("was-validated");
  find("fault").hidden = false;
  find("done").style.width = "70%";
  new Toast(find("toast")).show();
};
const shown = (id: string) => ["wait", `document.querySelector('${id}').classList.contains('show')`];
const gone = (id: string) => ["wait", `!document.querySelector('${id}, .modal-backdrop, .offcanvas-backdrop.show')`];
Object.assign(window, {
  steps: {
    "a validation error and a toast": () => [["click", "#next"], shown("#toast")],
    "typed into a masked field": () => [
      ["click", "#name"],
      ["type", "Emma Clarke"],
      ["key", "Tab"],
    ],
    switched: () => [["click", "#gift"]],
    "a menu": () => [["click", "#menu"], shown(".dropdown-menu")],
    "another tab": () => [["click", "#tab"], shown("#invoice")],
    unfolded: () => [["click", "#open"], shown("#more")],
    "a modal": () => [["click", "#details"], shown("#modal")],
    closed: () => [["click", "#close"], gone("#modal.show")],
    "from the side": () => [["click", "#basket"], shown("#side")],
    shut: () => [["click", "#shut"], gone("#side.show")],
  },
});
