# mypy: disable-error-code="import-untyped,import-not-found,misc"
"""Payment by bankcard, the way Oscar's `PaymentDetailsView` asks its projects to do it.

The card is never stored: the preview page carries the submitted form a second time, in a hidden `div`, and placing the
order posts it again. So three pages hold the card's values, which is why this shop is worth testing against: payment
details shown again with errors, preview, and payment details after the bank has declined. The address of all three is
/checkout/preview/.
"""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from oscar.apps.checkout import views
from oscar.apps.payment.exceptions import UnableToTakePayment
from oscar.apps.payment.forms import BankcardForm
from oscar.apps.payment.models import Source, SourceType
from oscar.core.prices import Price

# The number that Stripe's test mode declines (https://docs.stripe.com/testing#declined-payments): people know it.
DECLINED_NUMBER = "4000000000000002"


class PaymentDetailsView(views.PaymentDetailsView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("bankcard_form", BankcardForm())
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context

    def handle_payment_details_submission(self, request: HttpRequest) -> HttpResponse:
        form = BankcardForm(request.POST)
        if form.is_valid():
            return self.render_preview(request, bankcard_form=form)
        return self.render_payment_details(request, bankcard_form=form)

    def handle_place_order_submission(self, request: HttpRequest) -> HttpResponse:
        form = BankcardForm(request.POST)
        if form.is_valid():
            return self.submit(**self.build_submission(payment_kwargs={"bankcard_form": form}))
        messages.error(request, "Please enter your card again.")
        return redirect("checkout:payment-details")

    def handle_payment(self, order_number: int, total: Price, **kwargs: Any) -> None:
        card = kwargs["bankcard_form"].bankcard
        if card.number == DECLINED_NUMBER:
            raise UnableToTakePayment("Your bank has declined this card. Please use another one.")
        amount: Decimal = total.incl_tax
        source_type, _ = SourceType.objects.get_or_create(name="Bankcard")
        self.add_payment_source(
            Source(
                source_type=source_type,
                currency=total.currency,
                amount_allocated=amount,
                amount_debited=amount,
                reference=f"OS-{order_number}",
            )
        )
        self.add_payment_event("Settled", amount, reference=f"OS-{order_number}")
