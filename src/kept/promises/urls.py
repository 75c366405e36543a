"""Addresses of promises."""

from django.urls import path

from kept.promises.lists import PromiseList
from kept.promises.views import PromisePage
from kept.promises.what_if.lists import WhatIfList, WhatIfRowList
from kept.promises.what_if.views import (
    AskWhatIf,
    WhatIfAgain,
    WhatIfPage,
    WhatIfPicture,
    WhatIfProgress,
)

urlpatterns = [
    path("promises/", PromiseList.as_view(), name="promises"),
    path("promises/<int:ref>/", PromisePage.as_view(), name="promise"),
    path("promises/what-if/", WhatIfList.as_view(), name="what_ifs"),
    path("promises/what-if/ask/", AskWhatIf.as_view(), name="what_if_ask"),
    path("promises/what-if/rows/", WhatIfRowList.as_view(), name="what_if_rows"),
    path("promises/what-if/<int:ref>/", WhatIfPage.as_view(), name="what_if"),
    path("promises/what-if/<int:ref>/progress/", WhatIfProgress.as_view(), name="what_if_progress"),
    path("promises/what-if/<int:ref>/again/", WhatIfAgain.as_view(), name="what_if_again"),
    path("promises/what-if/<int:ref>/picture/", WhatIfPicture.as_view(), name="what_if_picture"),
]
