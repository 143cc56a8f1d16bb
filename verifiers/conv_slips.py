"""The usual mistakes about the size of a convolution's output, and slips that give the same number as one."""

from quizapp.authoring import Mistake, Text, mistake


def of_size(width: int, kernel: int, stride: int, padding: int, dilation: int) -> list[Mistake]:
    """What the usual wrong rules give for the side of a convolution's output, the likelier first."""
    extent = dilation * (kernel - 1) + 1
    padded = width + 2 * padding
    room = padded - extent
    moves, left = divmod(room, stride)
    found = []
    if dilation > 1:
        found.append(
            mistake(
                (padded - kernel) // stride + 1,
                f"That ignores the dilation: {kernel} taps, {dilation} apart, reach over {extent} columns.",
                f"忽略了膨胀：{kernel} 个采样点间距为 {dilation}，实际跨越 {extent} 列。",
            )
        )
    if padding and width >= extent:
        found.append(
            mistake(
                (width - extent) // stride + 1,
                f"That is without the padding: {padding} on each side, which makes a row of {padded}.",
                f"漏掉了填充：左右各补 {padding} 列后，一行宽 {padded}。",
            )
        )
    if padding and room >= padding:
        found.append(
            mistake(
                (room - padding) // stride + 1,
                f"That counts the padding once; it is added on both sides, 2·{padding} columns in all.",
                f"填充只算了一边；左右两边都要补，一共 2·{padding} 列。",
            )
        )
    if left:
        found.append(
            mistake(
                moves + 2,
                f"That rounds up: after {moves} moves what is left ({left}) is less than another needs ({stride}).",
                f"这是向上取整：移动 {moves} 次后只剩 {left} 列，不够再走一个步长 {stride}。",
            )
        )
        found.append(
            mistake(
                round(room / stride + 1, 2),
                "That is the quotient as it stands; a kernel makes whole moves only, so it is rounded down.",
                "这是没有取整的商；卷积核只能移动整数次，除法要向下取整。",
            )
        )
    if moves:
        found.append(
            mistake(
                moves,
                f"The + 1 is missing: {moves} moves join {moves + 1} positions, the first one included.",
                f"少了 + 1：移动 {moves} 次，连同起始位置共有 {moves + 1} 个位置。",
            )
        )
    found.append(
        mistake(
            -(-width // stride),
            f"That lets the stride alone decide; the kernel takes {extent - 1} off, the padding adds {2 * padding}.",
            f"这只考虑了步长；卷积核会减去 {extent - 1} 列，填充补回 {2 * padding} 列。",
        )
    )
    return found


def distinct(found: list[Mistake]) -> list[Mistake]:
    """`found`, where slips that give the same number with these parameters become one that names them all."""
    texts: dict[float, Text] = {}
    for one in found:
        assert isinstance(one.value, int | float)
        earlier = texts.get(one.value)
        both = earlier and Text(f"{earlier.en} Or: {one.text.en}", f"{earlier.zh}也可能是：{one.text.zh}")
        texts[one.value] = both or one.text
    return [Mistake(value, text) for value, text in texts.items()]
