"""The compiled engine: one pass over the texts of a batch that says where a name could stand.

It needs numba (the extra `fast`) and lets go of the interpreter's lock, so that batches run side by side in threads.
Rows are generous, never too few: what they point at is verified by the rooms of the plain search.

Numbers are uint64 throughout where hashes meet: numba makes floats of an unsigned and a signed one; as an index they spare the
question whether it counts from the end. All of it stands in one file, since numba's cache asks only the file of `scan` whether
it changed: of a function elsewhere it would run the old. Tuples keep the arguments short:

`work`: the text that is read: code, raw, prefix, alike, token, kind, touch, spoken, and costs.
`index`: of the registry: words, hints, pairs, disguises, names, counts. `lists`: English and Chinese words, Chinese makers and devices.
A table of 2 ** n stands with the shift that makes a slot of a key.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, uint64
from numba.core.options import DefaultOptions

from monitor.screening import hashing
from monitor.screening.folding import DIGIT, DROPPED, HAN, LETTER, PAUSED, SEPARATOR, SIGN, SPREAD, UNKNOWN
from monitor.screening.han import MARK
from monitor.screening.hints import BEGUN, ENDED, PAIR, STARTED, WIDTH
from monitor.screening.meaning import SAME_STYLE
from monitor.screening.names import CROWD, HAN_FUZZY, HAN_LONGEST, LONGEST, SEVERAL, SHORT
from monitor.screening.names import VEILED as VEILED_LETTERS
from monitor.screening.places import APART, AROUND, BEFORE, BEHIND, HEARD, RUN, SPELT, VEILED, WHOLE
from monitor.screening.places import SEVERAL as ANCHORED
from monitor.screening.runs import MODEL_LONGEST
from monitor.screening.segments import AROUND as WINDOW
from monitor.screening.segments import COST, KNOWN_NAME
from monitor.screening.segments import LONGEST as LONGEST_WORD
from monitor.screening.segments import UNKNOWN as UNHEARD
from monitor.screening.sounds import SOUNDING, WILD
from monitor.screening.veiled import WORDS
from monitor.screening.wordarrays import FIRST_HAN, LAST_HAN, TOLD

BASE, FACTOR = np.uint64(hashing.BASE), np.uint64(hashing.FACTOR)
SALTS = np.array(hashing.SALTS, dtype=np.uint64)
SOUND_AT, WILDCARD = np.uint64(SOUNDING), np.uint64(WILD)
ROOM = 8192  # characters that a text may fold to before anybody counts them
MANY = 64  # rows of one text from which on it is read by the plain search
AGAIN, GROW = -1, -2  # answers: a character is unknown; the rows do not suffice
OVER = -3  # of a part: too many rows, the plain search must read the text
WIDEST = 24  # Han characters of a run that is cut into words
NEVER = 1 << 20  # the cost of a cut that is none
NOTED = 512  # the place in `costs` from which on the tokens of names are noted
MIXED, GOODS = hashing.MIXED, hashing.GOODS
FOLLOWING = (ord(MARK), ord(SAME_STYLE[0]))  # that say of two characters that they are a name

# Nothing is allocated in here (`room` says what the caller must bring), so nothing need be counted: numba's counting of
# references, an atomic step for each array at each call, took a fifth of the time. A numba without the switch is only slower.
OPTIONS: dict[str, Any] = {"nogil": True, "cache": True} | ({"_nrt": False} if hasattr(DefaultOptions, "_nrt") else {})
compiled, inlined = njit(**OPTIONS), njit(forceinline=True, **OPTIONS)


@inlined
def _mixed(value, kind):
    return ((value ^ (value >> uint64(29))) + SALTS[kind]) * FACTOR


@compiled
def _log2(size):
    found = 0
    while size > 1:
        size >>= 1
        found += 1
    return found


@inlined
def _shifted(table):
    """A table and the shift that makes a slot of a key."""
    return table, uint64(64 - _log2(table.size))


@inlined
def _flags(value, words):
    """The roles of a WORD as bits."""
    table, shift = words
    key = _mixed(value, hashing.WORD)
    word = table[key >> shift]
    bits = (uint64(1) << ((key >> uint64(20)) & uint64(15))) | (uint64(1) << ((key >> uint64(24)) & uint64(15)))
    found = 0
    for role in range(4):
        if (word & bits) == bits:
            found |= 1 << role
        word >>= uint64(16)
    return found


@compiled
def _find(key, names):
    """The number of the first name that has this key, or -1."""
    keys, owners, heads, shift = names
    head = key >> shift
    for at in range(heads[head], heads[head + uint64(1)]):
        if keys[at] == key:
            return owners[at]
    return -1


@inlined
def _number(value, names):
    """The number of the name that is exactly this string, or -1."""
    return _find(_mixed(value, hashing.WORD), names)


@inlined
def _named(value, names):
    return _number(value, names) >= 0


@inlined
def _may(key, filter_):
    """May there be this key? One load tells of most that there is not."""
    table, shift = filter_
    word = table[key >> shift]
    one = (word >> ((key >> uint64(14)) & uint64(63))) & (word >> ((key >> uint64(20)) & uint64(63)))
    two = (word >> ((key >> uint64(26)) & uint64(63))) & (word >> ((key >> uint64(32)) & uint64(63)))
    return (one & two & uint64(1)) == uint64(1)


@inlined
def _has(value, kind, disguises, names):
    """Has a name this key?"""
    key = _mixed(value, kind)
    return _may(key, disguises) and _find(key, names) >= 0


@inlined
def _told(value, list_):
    """What the table tells of a word: twice its frequency, and 1 for a common one; -1: it holds none."""
    table, shift = list_
    key = _mixed(value, hashing.WORD) | TOLD
    slot = key >> shift
    mask = uint64(table.size - 1)
    word = table[slot]
    while word != uint64(0):
        if (word | TOLD) == key:
            return np.int64(word & TOLD)
        slot = (slot + uint64(1)) & mask
        word = table[slot]
    return -1


@inlined
def _common(value, list_):
    """Is it a word of the table? 2: a common one, 1: a rare one."""
    told = _told(value, list_)
    return 0 if told < 0 else 1 + (told & 1)


@inlined
def _part(prefix, power, start, end):
    """The hash of a window."""
    return prefix[uint64(end)] - prefix[uint64(start)] * power[uint64(end - start)]


@inlined
def _less(prefix, power, start, at, end):
    """The hash of a window without the character at `at`."""
    before = prefix[uint64(at)] - prefix[uint64(start)] * power[uint64(at - start)]
    rest = power[uint64(end - at - 1)]
    return before * rest + (prefix[uint64(end)] - prefix[uint64(at + 1)] * rest)


@compiled
def _edited(prefix, power, start, end, disguises, names):
    """Is a window of letters a key of a typo, whole or without one letter?"""
    found = _has(_part(prefix, power, start, end), hashing.TYPO, disguises, names)
    at = start
    while not found and at < end:
        found = _has(_less(prefix, power, start, at, end), hashing.TYPO, disguises, names)
        at += 1
    return found


@inlined
def _put(rows, count, text, kind, start, end, number):
    """Write a row and count it."""
    rows[count, 0] = text
    rows[count, 1] = kind
    rows[count, 2] = start
    rows[count, 3] = end
    rows[count, 4] = number
    return count + 1


# 1. Fold: the squeezed stream, where each character stood, tokens and whether they touch.


@inlined
def _taken(symbol, at, state, work):
    """The columns, and what is known of a text (characters, tokens, classes, the last class, the hash), with one symbol more."""
    code, raw, prefix, _, token, kind, touch, _, _ = work
    size, last, seen, previous, value = state
    this = symbol & 7
    if this in (SEPARATOR, SIGN):
        if this == SIGN and previous == LETTER and symbol not in PAUSED:
            seen |= 1 << SIGN
        return size, last, seen, this, value
    if previous == SIGN and this == LETTER:
        seen |= 1 << SIGN
    # Written for every character, counted for the first of a token: no branch to guess.
    token[uint64(last)] = size
    kind[uint64(last)] = this
    touch[uint64(last)] = previous != SEPARATOR and previous != SIGN
    char = uint64(symbol >> 3)
    code[uint64(size)] = char
    raw[uint64(size)] = at
    value = value * BASE + char
    prefix[uint64(size + 1)] = value
    return size + 1, last + (this != previous or this > DIGIT), seen | 1 << this, this, value


@inlined
def _folded(codes, first, end, folds, work):
    """The tokens of a text, and the classes of its characters as bits (SIGN only for one beside a letter); or AGAIN."""
    table, spread, spread_at = folds
    _, _, _, _, token, _, touch, _, _ = work
    state = 0, 0, 0, SEPARATOR, uint64(0)
    for at in range(first, end):
        symbol = table[codes[at]]
        if symbol >= 0:  # as nearly all: one character of its own
            state = _taken(symbol, at, state, work)
        elif symbol == UNKNOWN:
            return 0, AGAIN
        elif symbol != DROPPED:
            for part in range(spread_at[SPREAD - symbol], spread_at[SPREAD - symbol + 1]):
                state = _taken(spread[part], at, state, work)
    size, last, seen, _, _ = state
    token[last] = size
    touch[last] = False
    return last, seen


# 2. Names as they are written, whole or token by token.


@inlined
def _spelt(text, last, begun, work, power, index, lists, rows, most):
    """Rows of names; of each its tokens are noted where it may be torn out of other words, else -1."""
    code, raw, prefix, _, token, kind, touch, _, costs = work
    words, hints, _, disguises, names, counts = index
    count = begun
    for at in range(last):
        latin = kind[at] <= DIGIT
        if latin and touch[at] and kind[at - 1] <= DIGIT:
            continue
        end, start, stop = at, token[at], token[at + 1]
        if stop - start > LONGEST:
            continue
        value = _part(prefix, power, start, stop)
        flags = _flags(value, words)
        if flags & (1 << hashing.ANCHORING) and kind[at] == LETTER and _several(at, last, value, work, power, hints, disguises, names, lists):
            first, behind = max(0, at - AROUND), min(last, at + AROUND + 1)
            costs[NOTED + 2 * (count - begun)] = -1
            count = _put(rows, count, text, ANCHORED, raw[token[first]], raw[token[behind] - 1] + 1, at - first)
        while flags:
            if flags & (1 << hashing.NAME):
                number = _number(value, names)
                if number >= 0:
                    verdict = _bounded(code, token, kind, touch, at, end, last, counts[number])
                    if verdict > 0:
                        costs[NOTED + 2 * (count - begun)] = at if verdict == 1 and not latin else -1
                        costs[NOTED + 2 * (count - begun) + 1] = end
                        count = _put(rows, count, text, SPELT if verdict == 1 else APART, raw[start], raw[stop - 1] + 1, number)
                        if count > most:
                            return OVER
            end += 1
            if end >= last or not flags & (1 << hashing.BEGINNING) or token[end + 1] - start > LONGEST:
                break
            stop = token[end + 1]
            value = _part(prefix, power, start, stop)
            flags = _flags(value, words)
        if count > most:
            return OVER
    return count


@inlined
def _several(at, last, value, work, power, hints, disguises, names, lists):
    """Could the Latin word at `at` anchor a name of several words that is misspelt in another?"""
    _, _, prefix, _, token, kind, _, _, _ = work
    english, _, _, _ = lists
    word = value * BASE
    for count in range(2, 7):
        if not _may(_mixed(word + uint64(count), hashing.ANCHOR), hints):
            continue
        for side in range(2):
            first = at if side == 0 else at - count + 1
            if first < 0 or first + count > last:
                continue
            start, end = token[first], token[first + count]
            if end - start < SEVERAL - 1 or end - start > LONGEST:
                continue
            if not _may(_mixed(word + uint64(count + (end - start) * 8 + side * 1024), hashing.SIZED), hints):
                continue
            fits, strange = True, False
            for one in range(first, first + count):
                fits = fits and kind[one] == LETTER
                if one != at and not strange:
                    size = token[one + 1] - token[one]
                    strange = size == 3 or (size > 3 and _common(_part(prefix, power, token[one], token[one + 1]), english) < 2)
            if fits and strange and _edited(prefix, power, start, end, disguises, names):
                return True
    return False


@inlined
def _bounded(code, token, kind, touch, at, end, last, count):
    """`spelt.bounded` where the gaps fit: 1 yes, 0 no; 2 where separators stand inside and the plain search must tell."""
    latin = True
    for one in range(at, end + 1):
        latin = latin and code[token[one + 1] - 1] < uint64(128)
    size = token[end + 1] - token[at]
    tail = kind[end]
    short = latin and size <= SHORT
    if tail <= DIGIT and touch[end + 1] and kind[end + 1] <= DIGIT and end + 1 < last and (short or not (tail == LETTER and kind[end + 1] == DIGIT)):
        return 0
    if short and end - at + 1 < count:
        return 0
    if size < 2 or end == at:
        return 1
    if latin:
        return 1 if end - at + 1 == count else 2
    for one in range(at + 1, end + 1):
        if not touch[one]:
            return 2
    return 1


@compiled
def _all_torn(count, last, work, power, lists):
    """Are all of the names that were noted torn out of other words?"""
    _, _, _, _, _, _, _, _, costs = work
    for one in range(NOTED, NOTED + 2 * count, 2):
        if costs[one] < 0 or not _torn_out(costs[one], costs[one + 1], last, work, power, lists):
            return False
    return True


@compiled
def _torn_out(at, end, last, work, power, lists):
    """Are a Han name's characters, from the token `at` to `end`, surely part of other words? `segments.inside_word`, but for its list of
    compounds: what it finds is torn, what only they tell is not found."""
    code, _, prefix, _, token, kind, touch, _, costs = work
    _, chinese, makers, devices = lists
    for one in range(at, end + 1):
        if kind[one] != HAN:
            return False
    first, behind = at, end + 1
    while first > 0 and at - first < WINDOW and touch[first] and kind[first - 1] == HAN and code[token[first - 1]] < uint64(LAST_HAN):
        first -= 1
    while behind < last and behind - end <= WINDOW and touch[behind] and kind[behind] == HAN and code[token[behind]] < uint64(LAST_HAN):
        behind += 1
    size, start, stop, base = behind - first, at - first, end + 1 - first, token[first]
    if size > WIDEST or size == stop - start:
        return False
    cheapest = -1
    for one in range(max(0, start - LONGEST_WORD + 1), stop):
        # 大众汽车 and 本田雅阁 are words of the list and name the maker.
        if one == start and _told(_part(prefix, power, base + start, base + stop), makers) >= 0:
            continue
        for other in range(max(one + 2, (start if one < start else stop) + 1), min(size, one + LONGEST_WORD) + 1):
            told = _told(_part(prefix, power, base + one, base + other), chinese)
            if told < 0 or (one == start and _told(_part(prefix, power, base + stop, base + other), devices) >= 0):
                continue
            if cheapest < 0:
                _cut(base, size, prefix, power, chinese, costs)
                cheapest = costs[start] + KNOWN_NAME + costs[WIDEST + stop]
            if costs[one] + COST - (told >> 1) + costs[WIDEST + other] < cheapest:
                return True
    return False


@compiled
def _cut(base, size, prefix, power, chinese, costs):
    """`segments._cheapest` of a run of Han characters up to each place, and, WIDEST further on, from there to its end."""
    costs[0] = 0
    for end in range(1, size + 1):
        for start in range(end - 1, max(0, end - LONGEST_WORD) - 1, -1):
            cost = _cost(base, start, end, prefix, power, chinese)
            costs[2 * WIDEST + end * LONGEST_WORD + start - end] = cost
            if start == end - 1 or costs[start] + cost < costs[end]:
                costs[end] = costs[start] + cost
    costs[WIDEST + size] = 0
    for start in range(size - 1, -1, -1):
        for end in range(start + 1, min(size, start + LONGEST_WORD) + 1):
            cost = costs[2 * WIDEST + end * LONGEST_WORD + start - end]
            if end == start + 1 or costs[WIDEST + end] + cost < costs[WIDEST + start]:
                costs[WIDEST + start] = costs[WIDEST + end] + cost


@inlined
def _cost(base, start, end, prefix, power, chinese):
    """Of a word in a cut: the less, the commoner it is; of a character that is none; and out of the question for more."""
    told = _told(_part(prefix, power, base + start, base + end), chinese)
    return COST - (told >> 1) if told >= 0 else UNHEARD if end - start == 1 else NEVER


# 3. Runs of letters and digits.


@inlined
def _runs(text, last, count, work, power, skeleton, index, lists, rows, most):
    code, raw, prefix, alike, token, kind, touch, _, _ = work
    words, _, _, disguises, names, _ = index
    english, _, _, _ = lists
    end = 0
    while end < last:
        at = end
        end += 1
        if kind[at] > DIGIT:
            continue
        while end < last and kind[end] <= DIGIT and touch[end]:
            end += 1
        start, stop = token[at], token[end]
        if end - at > 1 and ((at > 0 and kind[at - 1] <= DIGIT) or (end < last and kind[end] <= DIGIT)):
            count = _veiled(at, end, text, last, count, work, power, skeleton, words, disguises, names, rows)
            if count > most:
                return OVER
        if not 4 <= stop - start <= LONGEST:
            continue
        value = _part(prefix, power, start, stop)
        if _common(value, english) > 0:
            continue
        if _flags(value, words) & (1 << hashing.NAME) and _named(value, names):
            continue
        alike[start] = uint64(0)
        for place in range(start, stop):
            alike[place + 1] = alike[place] * BASE + uint64(skeleton[code[place]])
        if _run(start, stop, work, power, index, english):
            count = _put(rows, count, text, RUN, raw[start], raw[stop - 1] + 1, -1)
            if count > most:
                return OVER
    return count


@inlined
def _run(start, end, work, power, index, english):
    """Could this run of letters and digits be judged to resemble a name?"""
    code, _, prefix, alike, _, _, _, _, _ = work
    words, _, _, disguises, names, _ = index
    digits = 0
    for at in range(start, end):
        digits += code[at] < uint64(58)
    size = end - start
    if digits == size:
        return False
    if digits * 2 <= size and _has(_part(alike, power, start, end), hashing.SKELETON, disguises, names):
        return True
    if digits == 0:
        if size >= 5 and _has(_part(prefix, power, start, end), hashing.PINYIN, disguises, names):
            return True
        if _edited(prefix, power, start, end, disguises, names):
            return True
    elif digits < size - 4:
        glued = code[end - digits] < uint64(58) and code[end - digits - 1] >= uint64(58)
        if glued and _edited(prefix, power, start, end - digits, disguises, names):
            return True
    behind = 0  # digits of the tail
    for cut in range(end - 1, start + 3, -1):
        behind += code[cut] < uint64(58)
        head = _part(prefix, power, start, cut)
        if digits == 0 and ((end - cut < 3 and code[cut] != uint64(120)) or (end - cut > MODEL_LONGEST and _common(_part(prefix, power, cut, end), english) == 0)):
            continue
        if digits > 0 and ((behind == 0 and end - cut < 3) or end - cut > MODEL_LONGEST):
            continue
        # Most heads are no name and look like none: the filters say so before a table is asked.
        named = _flags(head, words) & (1 << hashing.NAME) and _named(head, names)
        if (named or _has(_part(alike, power, start, cut), hashing.SKELETON, disguises, names)) and _common(head, english) == 0:
            return True
    return False


@compiled
def _veiled(at, end, text, last, count, work, power, skeleton, words, disguises, names, rows):
    """Rows of runs side by side that look like a name of several words, where the run of letters and digits from the token `at` to
    `end` is one of them."""
    code, raw, _, _, token, kind, touch, _, _ = work
    digits = 0
    for one in range(at, end):
        if kind[one] == DIGIT:
            digits += token[one + 1] - token[one]
    if digits * 2 > token[end] - token[at]:
        return count
    first = at
    for before in range(WORDS):
        if before > 0:
            first = _run_before(first, kind, touch)
            if first < 0:
                break
        if before > 0 and not _edge(first, last, work, power, words):
            continue
        behind = end
        for after in range(WORDS - before):
            if after > 0:
                tail = behind
                behind = _run_behind(tail, last, kind, touch)
                if behind < 0:
                    break
                if not _edge(tail, last, work, power, words):
                    continue
            size = token[behind] - token[first]
            if before + after == 0 or size < VEILED_LETTERS or size > LONGEST:
                continue
            value = uint64(0)
            for place in range(token[first], token[behind]):
                value = value * BASE + uint64(skeleton[code[place]])
            if _has(value, hashing.SKELETON, disguises, names):
                count = _put(rows, count, text, VEILED, raw[token[first]], raw[token[behind] - 1] + 1, -1)
    return count


@inlined
def _run_before(at, kind, touch):
    """The first token of the run right before the token `at`; -1 where none is."""
    if at == 0 or kind[at - 1] > DIGIT:
        return -1
    at -= 1
    while at > 0 and touch[at] and kind[at - 1] <= DIGIT:
        at -= 1
    return at


@inlined
def _run_behind(at, last, kind, touch):
    """The token behind the run that begins at the token `at`; -1 where none does."""
    if at >= last or kind[at] > DIGIT:
        return -1
    at += 1
    while at < last and kind[at] <= DIGIT and touch[at]:
        at += 1
    return at


@inlined
def _edge(at, last, work, power, words):
    """May the run that begins at the token `at` begin or end a name: has it digits, is it one letter, or the first or last word of one?"""
    _, _, prefix, _, token, kind, touch, _, _ = work
    if at + 1 < last and kind[at + 1] <= DIGIT and touch[at + 1]:
        return True
    if kind[at] != LETTER or token[at + 1] - token[at] > LONGEST:
        return False
    if token[at + 1] - token[at] == 1:
        return True
    value = _part(prefix, power, token[at], token[at + 1])
    return _flags(value, words) & (1 << hashing.ANCHORING) != 0


# 4. Han names in disguise.


@inlined
def _disguised(text, last, count, work, power, sounds, index, lists, rows, most):
    _, raw, _, _, token, kind, _, spoken, _ = work
    words, hints, pairs, disguises, names, counts = index
    _, _, _, _, fronts = sounds
    crowded = counts.size > CROWD
    count = _heard(text, last, count, work, power, sounds, disguises, rows, most)
    if count == OVER:
        return OVER
    for at in range(last - 1):
        if not _joined(work, at):
            continue
        pair = uint64((spoken[at] >> 16) * WIDTH + (spoken[at + 1] >> 16))
        bits = np.int64((pairs[pair >> uint64(4)] >> ((pair & uint64(15)) << uint64(2))) & uint64(15))
        if bits == 0:
            continue
        found = bits & PAIR and _whole(at, last, work, power, disguises, names, lists, MIXED if not crowded or _outstanding(at, last, work, fronts) else GOODS)
        found = found or (bits & BEGUN and _sounding(at, last, work, power, hints, disguises, names, lists))
        if not found and bits & (STARTED | ENDED) and kind[at] == HAN and kind[at + 1] == HAN:
            found = (bits & STARTED and _starts(at, last, work, hints) and _half(at, last, True, work, power, disguises, names, lists)) or (
                bits & ENDED and _ends(at, work, words, hints, disguises) and _half(at, last, False, work, power, disguises, names, lists)
            )
        if found:
            first, behind = max(0, at - BEFORE), min(last, at + BEHIND)
            count = _put(rows, count, text, HEARD, raw[token[first]], raw[token[behind] - 1] + 1, at - first)
            if count > most:
                return OVER
    return count


@inlined
def _heard(text, last, count, work, power, sounds, disguises, rows, most):
    """How each token sounds: Han characters, and syllables beside them. Rows of Latin tokens that may say several of a name's."""
    code, raw, prefix, _, token, kind, touch, spoken, _ = work
    _, han, syllables, syllable_spoken, _ = sounds
    table, shift = syllables
    for at in range(last):
        spoken[at] = 0
        start = token[at]
        if kind[at] == HAN:
            char = code[start]
            if char < uint64(0xA000):
                spoken[at] = han[char - uint64(0x3400)]
        elif kind[at] == LETTER and 2 <= token[at + 1] - start < LONGEST and (touch[at] or touch[at + 1]):
            if token[at + 1] - start <= 6:
                value = _part(prefix, power, start, token[at + 1])
                slot = (value * FACTOR) >> shift
                while table[slot] != uint64(0) and table[slot] != value:
                    slot = (slot + uint64(1)) & uint64(table.size - 1)
                spoken[at] = syllable_spoken[slot]
            for one in range(max(0, at - 1), min(at + 1, last - 1)):
                if touch[one + 1] and (kind[one] == HAN or kind[one + 1] == HAN) and _may(_mixed(_part(prefix, power, token[one], token[one + 2]), hashing.GLUED), disguises):
                    first, behind = max(0, one - BEFORE), min(last, one + BEHIND)
                    count = _put(rows, count, text, HEARD, raw[token[first]], raw[token[behind] - 1] + 1, one - first)
            if count > most:
                return OVER
    return count


@inlined
def _joined(work, at):
    """Do the token at `at` and the next sound, touch, and hold a Han character?"""
    _, _, _, _, _, kind, touch, spoken, _ = work
    return touch[at + 1] and spoken[at] > 0 and spoken[at + 1] > 0 and (kind[at] == HAN or kind[at + 1] == HAN)


@inlined
def _outstanding(at, last, work, fronts):
    """`han._outstanding`, but more readily: may a field begin with these two tokens, or does a model, 牌 or 同 follow them?"""
    code, _, _, _, token, kind, touch, _, _ = work
    if at == 0 or not touch[at] or kind[at - 1] <= DIGIT:
        return True
    if at + 2 < last and touch[at + 2] and (kind[at + 2] <= DIGIT or code[token[at + 2]] == FOLLOWING[0] or code[token[at + 2]] == FOLLOWING[1]):
        return True
    return kind[at - 1] == HAN and code[token[at - 1]] < uint64(LAST_HAN) and fronts[code[token[at - 1]] - uint64(FIRST_HAN)]


@inlined
def _whole(at, last, work, power, disguises, names, lists, kind_):
    """Do two tokens sound like a name, and are no word, name or torn out of one?"""
    code, _, prefix, _, token, kind, touch, spoken, _ = work
    _, chinese, _, _ = lists
    one = code[token[at]] if kind[at] == HAN else WILDCARD
    two = code[token[at + 1]] if kind[at + 1] == HAN else WILDCARD
    key = _mixed(one * BASE + SOUND_AT + uint64(spoken[at + 1] >> 16), kind_)
    other = _mixed((SOUND_AT + uint64(spoken[at] >> 16)) * BASE + two, kind_)
    if not (_may(key, disguises) and _find(key, names) >= 0) and not (_may(other, disguises) and _find(other, names) >= 0):
        return False
    value = _part(prefix, power, token[at], token[at + 2])
    return _common(value, chinese) < 2 and not _named(value, names) and not _torn(prefix, power, token, touch, at, 2, last, chinese)


@inlined
def _sounding(at, last, work, power, hints, disguises, names, lists):
    """Does a name of three to six sounds begin with these two?"""
    _, _, prefix, _, token, _, touch, spoken, _ = work
    _, chinese, _, _ = lists
    sound = (SOUND_AT + uint64(spoken[at] & 0xFFFF)) * BASE + SOUND_AT + uint64(spoken[at + 1] & 0xFFFF)
    for size in range(3, 7):
        end = at + size
        if end > last or not _joined(work, end - 2):
            return False
        sound = sound * BASE + SOUND_AT + uint64(spoken[end - 1] & 0xFFFF)
        if size == 3 and not _may(_mixed(sound, hashing.THIRD), hints):
            return False
        if _has(sound, hashing.SOUND, disguises, names):
            written = _part(prefix, power, token[at], token[end])
            if _common(written, chinese) < 2 and not _named(written, names) and not _torn(prefix, power, token, touch, at, size, last, chinese):
                return True
    return False


@compiled
def _torn(prefix, power, token, touch, at, size, last, chinese):
    """Does the first or the last character make a word with what stands beside it?"""
    end = at + size
    left = at > 0 and touch[at] and token[at] - token[at - 1] == 1
    right = end < last and touch[end] and token[end + 1] - token[end] == 1
    if left and _common(_part(prefix, power, token[at - 1], token[at + 1]), chinese) > 0:
        return True
    return right and _common(_part(prefix, power, token[end - 1], token[end + 1]), chinese) > 0


@inlined
def _starts(at, last, work, hints):
    """Two Han characters: does the third or the fourth go with the beginning of a name?"""
    code, _, _, _, token, kind, _, _, _ = work
    if at + 2 >= last or not _joined(work, at + 1) or kind[at + 2] != HAN:
        return False
    place = token[at]
    two = (code[place] * BASE + code[place + 1]) * BASE
    if _may(_mixed(two + code[place + 2], hashing.FIRST), hints):
        return True
    return at + 3 < last and _may(_mixed(two + code[token[at + 3]], hashing.FIRST), hints)


@inlined
def _ends(at, work, words, hints, disguises):
    """Two Han characters: does what stands before them go with the end of a name?"""
    code, _, _, _, token, kind, _, _, _ = work
    if at < 1 or not _joined(work, at - 1) or kind[at - 1] != HAN:
        return False
    place = token[at]
    two = code[place] * BASE + code[place + 1]
    if not _flags(two, words) & (1 << hashing.ENDING):
        return False
    square = BASE * BASE
    if _may(_mixed(code[place - 1] * square + two, hashing.LAST), hints) or _may(_mixed(code[place - 1] * square + two, hashing.DROPPED), disguises):
        return True
    return at > 1 and _may(_mixed(code[place - 2] * square + two, hashing.LAST), hints)


@inlined
def _half(at, last, from_start, work, power, disguises, names, lists):
    """Two Han characters swapped, or one missing or another away from the two at `at`."""
    code, _, prefix, _, token, kind, touch, _, _ = work
    _, chinese, _, _ = lists
    for size in range(HAN_FUZZY - 1, HAN_LONGEST + 1):
        first = at if from_start else at + 2 - size
        end = first + size
        if first < 0 or end > last:
            return False
        far = end - 1 if from_start else first
        if kind[far] != HAN or not _joined(work, far - 1 if from_start else far):
            return False
        start, stop = token[first], token[end]
        whole = _part(prefix, power, start, stop)
        found = _has(whole, hashing.DROPPED, disguises, names)
        if not found and size >= HAN_FUZZY:
            for place in range(2, size) if from_start else range(min(2, size - 2)):
                changed = whole + (WILDCARD - code[start + place]) * power[size - 1 - place]
                if _has(changed, hashing.CHANGED, disguises, names):
                    found = True
                    break
        if found and _common(whole, chinese) == 0 and not _named(whole, names) and not _torn(prefix, power, token, touch, first, size, last, chinese):
            return True
    return False


@compiled
def room(codes, places, folds):
    """The characters that the longest text may fold to. Counted only where they could be many."""
    table, _, spread_at = folds
    widest = 1
    for one in range(spread_at.size - 1):
        widest = max(widest, spread_at[one + 1] - spread_at[one])
    longest = ROOM
    for text in range(places.size - 1):
        if (places[text + 1] - places[text]) * widest <= ROOM:
            continue
        size = 0
        for at in range(places[text], places[text + 1]):
            value = table[codes[at]]
            size += spread_at[SPREAD - value + 1] - spread_at[SPREAD - value] if value <= SPREAD else 1
        longest = max(longest, size)
    return longest


@compiled
def scan(codes, places, folds, index, known, sounds, power, keeping, work, rows):
    """Rows (text, kind, first, behind the last code point in `codes`, name) of all texts, in order of the texts.

    Returns their number, AGAIN or GROW. `folds`: table, spread, places. `index`: words, hints, pairs, disguises, keys, owners,
    heads, counts. `known`: the four of `lists`. `sounds`: look-alikes of ASCII; sounds of Han; syllables and theirs; fronts. `keeping`:
    texts of which torn names are told where there is nothing else, too. `work`: columns with two more places than `room` says.
    """
    words, hints, pairs, disguises, keys, owners, heads, counts = index
    names = (keys, owners, heads, uint64(64 - _log2(heads.size - 1)))
    registry = (_shifted(words), _shifted(hints), pairs, _shifted(disguises), names, counts)
    lists = (_shifted(known[0]), _shifted(known[1]), _shifted(known[2]), _shifted(known[3]))
    skeleton, han, syllables, spoken, fronts = sounds
    voices = (skeleton, han, _shifted(syllables), spoken, fronts)
    count = 0
    for text in range(places.size - 1):
        last, seen = _folded(codes, places[text], places[text + 1], folds, work)
        if seen == AGAIN:
            return AGAIN
        if rows.shape[0] - count < MANY + 8:
            return GROW
        begun, most = count, count + MANY
        count = OVER if seen & (1 << SIGN) else _spelt(text, last, count, work, power, registry, lists, rows, most)
        spelt = count
        if count != OVER and seen & (1 << LETTER | 1 << DIGIT):
            count = _runs(text, last, count, work, power, skeleton, registry, lists, rows, most)
        if count != OVER and seen & (1 << HAN):
            count = _disguised(text, last, count, work, power, voices, registry, lists, rows, most)
        if count == OVER:
            count = _put(rows, begun, text, WHOLE, places[text], places[text], -1)
        elif begun < count == spelt and not keeping[text] and _all_torn(count - begun, last, work, power, lists):
            count = begun
    return count


__all__ = ["AGAIN", "GROW", "room", "scan"]
