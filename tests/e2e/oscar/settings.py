# mypy: disable-error-code="import-untyped,import-not-found"
"""The Django settings of the shop: Oscar's own defaults, and only what a real project has to decide itself."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import oscar.defaults
from django.contrib.messages import constants as message_levels

HERE = Path(__file__).resolve().parent

# Oscar's list (docs, "Building your own shop"), in its order. Two applications are forked, as Oscar asks of every shop:
# checkout, since "all projects will need to subclass" PaymentDetailsView, and shipping, since Oscar itself has only the
# free one.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.flatpages",
    "oscar.config.Shop",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "tests.e2e.oscar.checkout.apps.CheckoutConfig",
    "oscar.apps.address.apps.AddressConfig",
    "tests.e2e.oscar.shipping.apps.ShippingConfig",
    "oscar.apps.catalogue.apps.CatalogueConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.partner.apps.PartnerConfig",
    "oscar.apps.basket.apps.BasketConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.order.apps.OrderConfig",
    "oscar.apps.customer.apps.CustomerConfig",
    "oscar.apps.search.apps.SearchConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "oscar.apps.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "haystack",
    "treebeard",
    "sorl.thumbnail",
    "django_tables2",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.apps.communication.notifications.context_processors.notifications",
                "oscar.core.context_processors.metadata",
                "tests.e2e.oscar.tag.beside_tag",
            ],
        },
    },
]


@dataclass(frozen=True, kw_only=True)
class ShopOptions:
    """What a caller chooses of the shop.

    `host` is the only host name it answers to. `data` is the folder of its database, pictures and sent mail.
    `snippet_src`, `site` and `integrity` become the attributes of the one tag; without `snippet_src` there is no tag.
    """

    host: str
    data: Path
    snippet_src: str | None = None
    site: str | None = None
    integrity: str | None = None

    @property
    def database(self) -> Path:
        return self.data / "shop.sqlite3"

    @property
    def search_index(self) -> Path:
        return self.data / "search"

    @property
    def media(self) -> Path:
        return self.data / "media"


def shop_settings(options: ShopOptions) -> dict[str, Any]:
    """Return the keyword arguments of `django.conf.settings.configure`."""
    settings: dict[str, Any] = {name: getattr(oscar.defaults, name) for name in dir(oscar.defaults) if name.isupper()}
    settings.update(
        ALLOWED_HOSTS=[options.host],
        AUTHENTICATION_BACKENDS=[
            "oscar.apps.customer.auth_backends.EmailBackend",
            "django.contrib.auth.backends.ModelBackend",
        ],
        BESIDE_TAG={"src": options.snippet_src, "site": options.site, "integrity": options.integrity},
        # IMMEDIATE: two requests of one page load would otherwise both begin as readers, and the second to write gets
        # SQLITE_BUSY at once instead of waiting. synchronous=OFF: nothing here has to survive a power cut.
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": options.database,
                "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA synchronous=OFF"},
            }
        },
        DEBUG=False,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
        EMAIL_FILE_PATH=options.data / "mail",
        # Oscar lists its catalogue out of the search index, and haystack's simple engine finds nothing without words.
        HAYSTACK_CONNECTIONS={
            "default": {"ENGINE": "haystack.backends.whoosh_backend.WhooshEngine", "PATH": str(options.search_index)}
        },
        # The index is written once, at start: nothing that a shopper does changes what is listed.
        HAYSTACK_SIGNAL_PROCESSOR="haystack.signals.BaseSignalProcessor",
        INSTALLED_APPS=INSTALLED_APPS,
        LANGUAGE_CODE="en-gb",
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"stderr": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "django": {"handlers": [], "level": "WARNING"},
                "django.server": {"handlers": [], "level": "ERROR"},
            },
        },
        MEDIA_ROOT=options.media,
        MEDIA_URL="/media/",
        # Bootstrap has no "alert-error" (Oscar's sandbox maps it the same way).
        MESSAGE_TAGS={message_levels.ERROR: "danger"},
        MIDDLEWARE=MIDDLEWARE,
        MIGRATION_MODULES={"shipping": "oscar.apps.shipping.migrations"},
        OSCAR_ALLOW_ANON_CHECKOUT=True,
        OSCAR_INITIAL_LINE_STATUS="Pending",
        OSCAR_INITIAL_ORDER_STATUS="Pending",
        OSCAR_SHOP_NAME="Oscar",
        OSCAR_SHOP_TAGLINE="Household goods",
        ROOT_URLCONF="tests.e2e.oscar.urls",
        SECRET_KEY=secrets.token_hex(32),
        SITE_ID=1,
        STATIC_URL="/static/",
        TEMPLATES=TEMPLATES,
        TIME_ZONE="Europe/London",
        USE_TZ=True,
    )
    return settings
