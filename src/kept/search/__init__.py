"""Search: anything with a thread is found by what a clerk has in hand (SX.10).

What for  One Chinese character, a name or its pinyin initials, three digits of a phone or serial,
          the beginning of an English word; in the main database, without another server.
Words     document (what can be found about a thread, in one row or several), token (one piece of
          it, marked with what it is), card (what a module hands over about a thread), question
          (what was typed, taken apart), rank (exactly this, a beginning, anywhere), inside (words
          for own staff only), hit, findable (a kind, its things and their cards), in step.
Below     timeline (threads and their sight), people, kit. Above: every module with things to find
          fills ``kinds.findable``, calls ``changes.changed`` inside the transaction of its change
          (what is said in a story is heard by itself), and ``queries.find`` on its pages.
Rule      nobody finds what they may not see: sight is asked in the search itself, never after it.
"""
