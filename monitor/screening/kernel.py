"""The compiled engine: one pass over the texts of a batch that says where a name could stand.

It needs numba (the extra `fast`) and lets go of the interpreter's lock, so that batches run side by side in threads.
Rows are generous, never too few: what they point at is verified by the rooms of the plain search.

Numbers are uint64 throughout where hashes meet: numba makes floats of an unsigned and a signed one. All of it stands
in one file, since numba's cache asks only the file of `scan` whether it changed: of a function elsewhere it would run the old.
"""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

from monitor.screening import hashing
from monitor.screening.folding import DIGIT, DROPPED, HAN, LETTER, SEPARATOR, SIGN, SPREAD, UNKNOWN
from monitor.screening.names import HAN_FUZZY, HAN_LONGEST, LONGEST, SEVERAL, SHORT
from monitor.screening.places import APART, AROUND, BEFORE, BEHIND, HEARD, RUN, SPELT, WHOLE
from monitor.screening.places import SEVERAL as ANCHORED
from monitor.screening.runs import MODEL_LONGEST
from monitor.screening.sounds import SOUNDING, WILD

BASE, FACTOR = np.uint64(hashing.BASE), np.uint64(hashing.FACTOR)
SALTS = np.array(hashing.SALTS, dtype=np.uint64)
SOUND_AT, WILDCARD = np.uint64(SOUNDING), np.uint64(WILD)
ROOM = 8192  # characters that a text may fold to before anybody counts them
MANY = 64  # rows of one text from which on it is read by the plain search
AGAIN, GROW = -1, -2  # answers: a character is unknown; the rows do not suffice


@njit(nogil=True, cache=True, inline="always")
def _mixed(value, kind):
    return ((value ^ (value >> uint64(29))) + SALTS[kind]) * FACTOR


@njit(nogil=True, cache=True, inline="always")
def _flags(value, words, shift):
    """The roles of a WORD as bits."""
    key = _mixed(value, hashing.WORD)
    word = words[key >> shift]
    bits = (uint64(1) << ((key >> uint64(20)) & uint64(15))) | (uint64(1) << ((key >> uint64(24)) & uint64(15)))
    found = 0
    for role in range(4):
        if (word & bits) == bits:
            found |= 1 << role
        word >>= uint64(16)
    return found


@njit(nogil=True, cache=True)
def _find(key, names):
    """The number of the first name that has this key, or -1."""
    keys, owners, heads, head_shift = names
    head = key >> head_shift
    for at in range(heads[head], heads[head + uint64(1)]):
        if keys[at] == key:
            return owners[at]
    return -1


@njit(nogil=True, cache=True, inline="always")
def _number(value, names):
    """The number of the name that is exactly this string, or -1."""
    return _find(_mixed(value, hashing.WORD), names)


@njit(nogil=True, cache=True, inline="always")
def _may(key, disguises, shift):
    """May some name have this key? One load tells most that it has not."""
    word = disguises[key >> shift]
    one = (word >> ((key >> uint64(14)) & uint64(63))) & (word >> ((key >> uint64(20)) & uint64(63)))
    two = (word >> ((key >> uint64(26)) & uint64(63))) & (word >> ((key >> uint64(32)) & uint64(63)))
    return (one & two & uint64(1)) == uint64(1)


@njit(nogil=True, cache=True, inline="always")
def _named(value, names):
    return _number(value, names) >= 0


@njit(nogil=True, cache=True, inline="always")
def _has(value, kind, disguises, shift, names):
    """Has a name this key?"""
    key = _mixed(value, kind)
    return _may(key, disguises, shift) and _find(key, names) >= 0


@njit(nogil=True, cache=True, inline="always")
def _common(value, table, shift):
    """Is it a word of the table? 2: a common one, 1: a rare one."""
    key = _mixed(value, hashing.WORD) | uint64(1)
    slot = key >> shift
    mask = uint64(table.size - 1)
    while table[slot] != uint64(0):
        if (table[slot] | uint64(1)) == key:
            return 1 + int(table[slot] & uint64(1))
        slot = (slot + uint64(1)) & mask
    return 0


@njit(nogil=True, cache=True, inline="always")
def _part(prefix, power, start, end):
    return prefix[end] - prefix[start] * power[end - start]


@njit(nogil=True, cache=True, inline="always")
def _less(prefix, power, start, at, end):
    """The hash of a window without the character at `at`."""
    return (prefix[at] - prefix[start] * power[at - start]) * power[end - at - 1] + (prefix[end] - prefix[at + 1] * power[end - at - 1])


@njit(nogil=True, cache=True)
def _edited(prefix, power, start, end, disguises, shift, names):
    """Is a window of letters a key of a typo, whole or without one letter?"""
    if _has(_part(prefix, power, start, end), hashing.TYPO, disguises, shift, names):
        return True
    for at in range(start, end):
        if _has(_less(prefix, power, start, at, end), hashing.TYPO, disguises, shift, names):
            return True
    return False


@njit(nogil=True, cache=True)
def _run(code, prefix, alike, power, start, end, words, word_shift, disguises, shift, names, english, english_shift):
    """Could this run of letters and digits be judged to resemble a name?"""
    digits = 0
    for at in range(start, end):
        digits += code[at] < uint64(58)
    size = end - start
    if digits == size:
        return False
    if digits * 2 <= size and _has(_part(alike, power, start, end), hashing.SKELETON, disguises, shift, names):
        return True
    if digits == 0:
        if size >= 5 and _has(_part(prefix, power, start, end), hashing.PINYIN, disguises, shift, names):
            return True
        if _edited(prefix, power, start, end, disguises, shift, names):
            return True
    elif digits < size - 4:
        glued = code[end - digits] < uint64(58) and code[end - digits - 1] >= uint64(58)
        if glued and _edited(prefix, power, start, end - digits, disguises, shift, names):
            return True
    behind = 0  # digits of the tail
    for cut in range(end - 1, start + 3, -1):
        behind += code[cut] < uint64(58)
        head = _part(prefix, power, start, cut)
        if digits == 0 and (end - cut < 3 or (end - cut > MODEL_LONGEST and _common(_part(prefix, power, cut, end), english, english_shift) == 0)):
            continue
        if digits > 0 and (behind == 0 or end - cut > MODEL_LONGEST):
            continue
        # Most heads are no name and look like none: the filters say so before a table is asked.
        named = _flags(head, words, word_shift) & (1 << hashing.NAME) and _named(head, names)
        if (named or _has(_part(alike, power, start, cut), hashing.SKELETON, disguises, shift, names)) and _common(head, english, english_shift) == 0:
            return True
    return False


@njit(nogil=True, cache=True)
def _several(prefix, power, token, kind, at, last, counts, disguises, shift, names, english, english_shift):
    """Could the Latin word at `at` anchor a name of several words that is misspelt in another? `counts`: of how many."""
    word = _part(prefix, power, token[at], token[at + 1])
    for count in range(2, 7):
        if not counts & (1 << count) or not _has(word * BASE + uint64(count), hashing.ANCHOR, disguises, shift, names):
            continue
        for side in range(2):
            first = at if side == 0 else at - count + 1
            if first < 0 or first + count > last:
                continue
            start, end = token[first], token[first + count]
            if end - start < SEVERAL - 1 or end - start > LONGEST:
                continue
            fits, strange = True, False
            for one in range(first, first + count):
                fits = fits and kind[one] == LETTER
                if one != at and not strange:
                    size = token[one + 1] - token[one]
                    strange = size == 3 or (size > 3 and _common(_part(prefix, power, token[one], token[one + 1]), english, english_shift) == 0)
            if fits and strange and _edited(prefix, power, start, end, disguises, shift, names):
                return True
    return False


@njit(nogil=True, cache=True)
def _whole(prefix, power, token, touch, at, last, key, other, names, chinese, chinese_shift):
    """Do two tokens sound like a name (one of the keys is true), and are no word, name or torn out of one?"""
    if _find(key, names) < 0 and _find(other, names) < 0:
        return False
    value = _part(prefix, power, token[at], token[at + 2])
    if _common(value, chinese, chinese_shift) == 2 or _named(value, names):
        return False
    return not _torn(prefix, power, token, touch, at, 2, last, chinese, chinese_shift)


@njit(nogil=True, cache=True)
def _sounding(prefix, power, token, kind, touch, said, near, at, last, disguises, shift, names, chinese, chinese_shift):
    """Does a name of three to six sounds begin with these two?"""
    sound = (SOUND_AT + uint64(near[at])) * BASE + SOUND_AT + uint64(near[at + 1])
    for size in range(3, 7):
        end = at + size
        if end > last or not _touching(kind, touch, said, end - 2):
            return False
        sound = sound * BASE + SOUND_AT + uint64(near[end - 1])
        if _has(sound, hashing.SOUND, disguises, shift, names):
            written = _part(prefix, power, token[at], token[end])
            common = _common(written, chinese, chinese_shift)
            if common < 2 and not _named(written, names) and not _torn(prefix, power, token, touch, at, size, last, chinese, chinese_shift):
                return True
    return False


@njit(nogil=True, cache=True)
def _torn(prefix, power, token, touch, at, size, last, chinese, chinese_shift):
    """Does the first or the last character make a word with what stands beside it?"""
    end = at + size
    left = at > 0 and touch[at] and token[at] - token[at - 1] == 1
    right = end < last and touch[end] and token[end + 1] - token[end] == 1
    if left and _common(_part(prefix, power, token[at - 1], token[at + 1]), chinese, chinese_shift) > 0:
        return True
    return right and _common(_part(prefix, power, token[end - 1], token[end + 1]), chinese, chinese_shift) > 0


@njit(nogil=True, cache=True, inline="always")
def _touching(kind, touch, said, at):
    """Do the token at `at` and the next sound, touch, and hold a Han character?"""
    return touch[at + 1] and said[at] > 0 and said[at + 1] > 0 and (kind[at] == HAN or kind[at + 1] == HAN)


@njit(nogil=True, cache=True)
def _half(code, prefix, power, token, kind, touch, said, at, last, from_start, disguises, shift, names, chinese, chinese_shift):
    """One Han character missing or another, away from the two at `at`."""
    for size in range(HAN_FUZZY - 1, HAN_LONGEST + 1):
        first = at if from_start else at + 2 - size
        end = first + size
        if first < 0 or end > last:
            return False
        far = end - 1 if from_start else first
        if kind[far] != HAN or not _touching(kind, touch, said, far - 1 if from_start else far):
            return False
        start, stop = token[first], token[end]
        whole = _part(prefix, power, start, stop)
        found = size < HAN_LONGEST and _has(whole, hashing.DROPPED, disguises, shift, names)
        if not found and size >= HAN_FUZZY:
            for place in range(2, size) if from_start else range(min(2, size - 2)):
                changed = whole + (WILDCARD - code[start + place]) * power[size - 1 - place]
                if _has(changed, hashing.CHANGED, disguises, shift, names):
                    found = True
                    break
        if found and _common(whole, chinese, chinese_shift) == 0 and not _named(whole, names) and not _torn(
            prefix, power, token, touch, first, size, last, chinese, chinese_shift
        ):
            return True
    return False


@njit(nogil=True, cache=True, inline="always")
def _put(rows, count, text, kind, start, end, number):
    """Write a row and count it."""
    rows[count, 0] = text
    rows[count, 1] = kind
    rows[count, 2] = start
    rows[count, 3] = end
    rows[count, 4] = number
    return count + 1


@njit(nogil=True, cache=True)
def scan(codes, places, folds, index, common, sounds, power, rows):
    """Rows (text, kind, first, behind the last code point in `codes`, name) of all texts, in order of the texts.

    Returns their number, AGAIN or GROW. `folds`: table, spread, places. `index`: words, disguises, keys, owners, heads,
    counts. `common`: English and Chinese words. `sounds`: look-alikes of ASCII; sounds and near sounds of Han; of syllables.
    """
    table, spread, spread_at = folds
    words, disguises, keys, owners, heads, counts = index
    english, chinese = common
    skeleton, said_of, near_of, syllables, syllable_said, syllable_near = sounds
    word_shift = uint64(64 - _log2(words.size))
    shift = uint64(64 - _log2(disguises.size))
    names = (keys, owners, heads, uint64(64 - _log2(heads.size - 1)))
    english_shift = uint64(64 - _log2(english.size))
    chinese_shift = uint64(64 - _log2(chinese.size))
    syllable_shift = uint64(64 - _log2(syllables.size))
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
            if value <= SPREAD:
                size += spread_at[SPREAD - value + 1] - spread_at[SPREAD - value]
            else:
                size += 1
        longest = max(longest, size)
    code = np.empty(longest + 1, dtype=np.uint64)
    raw = np.empty(longest + 1, dtype=np.int64)
    prefix = np.zeros(longest + 2, dtype=np.uint64)
    alike = np.zeros(longest + 2, dtype=np.uint64)
    token = np.empty(longest + 2, dtype=np.int64)
    kind = np.empty(longest + 2, dtype=np.int8)
    touch = np.empty(longest + 2, dtype=np.bool_)
    said = np.zeros(longest + 2, dtype=np.int32)
    near = np.zeros(longest + 2, dtype=np.int32)
    count = 0
    for text in range(places.size - 1):
        # 1. Fold: the squeezed stream, where each character stood, tokens and whether they touch.
        size, last, previous = 0, 0, SEPARATOR
        whole = False
        has_han = False
        for at in range(places[text], places[text + 1]):
            value = table[codes[at]]
            if value == UNKNOWN:
                return AGAIN
            if value == DROPPED:
                continue
            begin, stop = 0, 1
            if value <= SPREAD:
                begin, stop = spread_at[SPREAD - value], spread_at[SPREAD - value + 1]
            for part in range(begin, stop):
                symbol = value if value >= 0 else spread[part]
                this = symbol & 7
                if this in (SEPARATOR, SIGN):
                    previous = this
                    continue
                if previous == SIGN and this == LETTER:
                    whole = True
                char = uint64(symbol >> 3)
                if this != previous or this > DIGIT:
                    token[last] = size
                    kind[last] = this
                    touch[last] = previous != SEPARATOR and previous != SIGN
                    last += 1
                    has_han = has_han or this == HAN
                code[size] = char
                raw[size] = at
                prefix[size + 1] = prefix[size] * BASE + char
                size += 1
                previous = this
        token[last] = size
        touch[last] = False
        begun = count
        if rows.shape[0] - count < MANY + 8:
            return GROW
        if not whole:
            # 2. Names as they are written, whole or token by token.
            for at in range(last):
                latin = kind[at] <= DIGIT
                if latin and touch[at] and kind[at - 1] <= DIGIT:
                    continue
                end = at
                if token[at + 1] - token[at] > LONGEST:
                    continue
                flags = _flags(_part(prefix, power, token[at], token[at + 1]), words, word_shift)
                if latin and flags & (1 << hashing.ANCHORING) and kind[at] == LETTER:
                    some = 0
                    anchor = _part(prefix, power, token[at], token[at + 1]) * BASE
                    for number in range(2, 7):
                        if _may(_mixed(anchor + uint64(number), hashing.ANCHOR), disguises, shift):
                            some |= 1 << number
                    if some and _several(prefix, power, token, kind, at, last, some, disguises, shift, names, english, english_shift):
                        first, behind = max(0, at - AROUND), min(last, at + AROUND + 1)
                        count = _put(rows, count, text, ANCHORED, raw[token[first]], raw[token[behind] - 1] + 1, at - first)
                while flags:
                    if flags & (1 << hashing.NAME):
                        number = _number(_part(prefix, power, token[at], token[end + 1]), names)
                        if number >= 0:
                            verdict = _bounded(code, token, kind, touch, at, end, last, counts[number])
                            if verdict > 0:
                                count = _put(rows, count, text, SPELT if verdict == 1 else APART, raw[token[at]], raw[token[end + 1] - 1] + 1, number)
                                if count - begun > MANY:
                                    whole = True
                                    break
                    end += 1
                    if end >= last or not flags & (1 << hashing.BEGINNING) or token[end + 1] - token[at] > LONGEST:
                        break
                    flags = _flags(_part(prefix, power, token[at], token[end + 1]), words, word_shift)
                if whole or count - begun > MANY:
                    whole = True
                    break
        if not whole:
            # 3. Runs of letters and digits.
            at = 0
            while at < last:
                if kind[at] > DIGIT:
                    at += 1
                    continue
                end = at + 1
                while end < last and kind[end] <= DIGIT and touch[end]:
                    end += 1
                start, stop = token[at], token[end]
                at = end
                if not 4 <= stop - start <= LONGEST:
                    continue
                value = _part(prefix, power, start, stop)
                if _common(value, english, english_shift) > 0:
                    continue
                if _flags(value, words, word_shift) & (1 << hashing.NAME) and _number(value, names) >= 0:
                    continue
                alike[start] = uint64(0)
                for place in range(start, stop):
                    alike[place + 1] = alike[place] * BASE + uint64(skeleton[code[place]])
                if _run(code, prefix, alike, power, start, stop, words, word_shift, disguises, shift, names, english, english_shift):
                    count = _put(rows, count, text, RUN, raw[start], raw[stop - 1] + 1, -1)
                    if count - begun > MANY:
                        whole = True
                        break
        if not whole and has_han:
            # 4. Han names in disguise.
            for at in range(last):
                said[at] = 0
                if kind[at] == HAN:
                    char = code[token[at]]
                    if char < uint64(0xA000):
                        said[at] = said_of[char - uint64(0x3400)]
                        near[at] = near_of[char - uint64(0x3400)]
                elif kind[at] == LETTER and 2 <= token[at + 1] - token[at] <= 6 and (touch[at] or touch[at + 1]):
                    slot = _slot(_part(prefix, power, token[at], token[at + 1]), syllables, syllable_shift)
                    said[at] = syllable_said[slot]
                    near[at] = syllable_near[slot]
            for at in range(last - 1):
                if not _touching(kind, touch, said, at):
                    continue
                han, second = kind[at] == HAN, kind[at + 1] == HAN
                key = _mixed((code[token[at]] if han else WILDCARD) * BASE + SOUND_AT + uint64(said[at + 1]), hashing.MIXED)
                other = _mixed((SOUND_AT + uint64(said[at])) * BASE + (code[token[at + 1]] if second else WILDCARD), hashing.MIXED)
                found = (_may(key, disguises, shift) or _may(other, disguises, shift)) and _whole(
                    prefix, power, token, touch, at, last, key, other, names, chinese, chinese_shift
                )
                key = _mixed((SOUND_AT + uint64(near[at])) * BASE + SOUND_AT + uint64(near[at + 1]), hashing.NEAR)
                found = found or (_may(key, disguises, shift) and _sounding(
                    prefix, power, token, kind, touch, said, near, at, last, disguises, shift, names, chinese, chinese_shift
                ))
                if not found and han and second:
                    flags = _flags(_part(prefix, power, token[at], token[at + 2]), words, word_shift)
                    for side in range(2):
                        if flags & (1 << (hashing.BEGINNING if side == 0 else hashing.ENDING)):
                            found = found or _half(
                                code, prefix, power, token, kind, touch, said, at, last, side == 0, disguises, shift, names, chinese, chinese_shift
                            )
                if found:
                    first, behind = max(0, at - BEFORE), min(last, at + BEHIND)
                    count = _put(rows, count, text, HEARD, raw[token[first]], raw[token[behind] - 1] + 1, at - first)
                    if count - begun > MANY:
                        whole = True
                        break
        if whole:
            count = _put(rows, begun, text, WHOLE, places[text], places[text], -1)
    return count


@njit(nogil=True, cache=True)
def _slot(value, table, shift):
    """The slot of a hash in an open table, or the empty one where the search ended."""
    slot = (value * FACTOR) >> shift
    mask = uint64(table.size - 1)
    while table[slot] != uint64(0) and table[slot] != value:
        slot = (slot + uint64(1)) & mask
    return slot


@njit(nogil=True, cache=True)
def _log2(size):
    found = 0
    while size > 1:
        size >>= 1
        found += 1
    return found


@njit(nogil=True, cache=True)
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


__all__ = ["AGAIN", "GROW", "scan"]
