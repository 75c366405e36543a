"""Every way a case changes, in the order it usually happens."""

from kept.cases.actions.again import call_again
from kept.cases.actions.causes import correct_cause, name_cause, take_back_cause
from kept.cases.actions.closing import (
    close_case,
    decline_service,
    mark_solved,
    merge_case,
    reopen_case,
)
from kept.cases.actions.customer import (
    acknowledge_receipt,
    answer_by_mail,
    call_back,
    enter_result,
    promise_call_back,
    promise_customer,
    reply,
    report_progress,
    tell_customer,
)
from kept.cases.actions.details import (
    add_note,
    attach_caller,
    attach_files,
    classify,
    correct_case,
    flag_caller,
    link_cases,
)
from kept.cases.actions.erasing import erase_case
from kept.cases.actions.forum import draft_post, hide_post, move_to_private
from kept.cases.actions.heard import note_heard
from kept.cases.actions.intake import open_case
from kept.cases.actions.ownership import (
    accept_case,
    decline_case,
    give_back,
    hand_over,
    reassign_owner,
    take_case,
)
from kept.cases.actions.questions import answer_question, ask_question
from kept.cases.actions.reception import see_out, tick_checklist
from kept.cases.actions.request_steps import (
    add_item,
    charge_request,
    excuse_request,
    report_special_cause,
    tick_item,
    untick_item,
    waive_fee,
)
from kept.cases.actions.requests import (
    fill_request,
    finish_request,
    request_service,
    withdraw_request,
)
from kept.cases.actions.site import (
    cannot_send,
    receive_data,
    report_visit,
    send_branch,
    wait_for_mail,
)
from kept.cases.actions.timing import name_time

__all__ = [
    "accept_case",
    "acknowledge_receipt",
    "add_item",
    "add_note",
    "answer_by_mail",
    "answer_question",
    "ask_question",
    "attach_caller",
    "attach_files",
    "call_again",
    "call_back",
    "cannot_send",
    "charge_request",
    "classify",
    "close_case",
    "correct_case",
    "correct_cause",
    "decline_case",
    "decline_service",
    "draft_post",
    "enter_result",
    "erase_case",
    "excuse_request",
    "fill_request",
    "finish_request",
    "flag_caller",
    "give_back",
    "hand_over",
    "hide_post",
    "link_cases",
    "mark_solved",
    "merge_case",
    "move_to_private",
    "name_cause",
    "name_time",
    "note_heard",
    "open_case",
    "promise_call_back",
    "promise_customer",
    "reassign_owner",
    "receive_data",
    "reopen_case",
    "reply",
    "report_progress",
    "report_special_cause",
    "report_visit",
    "request_service",
    "see_out",
    "send_branch",
    "take_back_cause",
    "take_case",
    "tell_customer",
    "tick_checklist",
    "tick_item",
    "untick_item",
    "wait_for_mail",
    "waive_fee",
    "withdraw_request",
]
