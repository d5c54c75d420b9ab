# mypy: disable-error-code="import-untyped,import-not-found"
"""What this shop lets an agent see of its own fields, said where it makes them. Everything else keeps its mask."""


def show_sorting() -> None:
    """The order of a list is nobody's secret. Call it once Django is set up."""
    from oscar.core.loading import get_class  # noqa: PLC0415

    for name in ("SearchForm", "BrowseCategoryForm"):
        form = get_class("search.forms", name)
        form.base_fields["sort_by"].widget.attrs["data-beside"] = "show"
