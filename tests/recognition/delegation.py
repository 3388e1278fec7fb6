"""Which operators of a model XNNPACK leaves to the slow reference code."""

import pytest


def left_to_reference_code(content: bytes, *, with_xnnpack: bool = True) -> list[str]:
    """Their names; none in a model that was made as it should be.

    After XNNPACK has taken its part, LiteRT lists the model's own operators and, as
    operators called DELEGATE, what took the place of some of them. Whatever is needed
    for the model's outputs and comes from no DELEGATE has kept its own operator.
    """
    interpreters = pytest.importorskip("ai_edge_litert.interpreter")
    resolvers = interpreters.OpResolverType
    interpreter = interpreters.Interpreter(
        model_content=content,
        experimental_op_resolver_type=(
            resolvers.AUTO
            if with_xnnpack
            else resolvers.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        ),
    )
    interpreter.allocate_tensors()
    operators = interpreter._get_ops_details()
    delegates = [each for each in operators if each["op_name"] == "DELEGATE"]
    delegated = {int(tensor) for each in delegates for tensor in each["outputs"]}
    makers = {
        int(tensor): each
        for each in operators
        if each["op_name"] != "DELEGATE"
        for tensor in each["outputs"]
    }
    needed = [int(facts["index"]) for facts in interpreter.get_output_details()]
    needed += [int(tensor) for each in delegates for tensor in each["inputs"]]
    left: dict[int, str] = {}
    while needed:
        tensor = needed.pop()
        if tensor in makers and tensor not in delegated | left.keys():
            left[tensor] = str(makers[tensor]["op_name"])
            needed += [int(each) for each in makers[tensor]["inputs"]]
    return list(left.values())
