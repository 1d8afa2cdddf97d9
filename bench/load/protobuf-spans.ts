/**
 * Counts the spans of an OTLP trace request in protobuf. Source: opentelemetry-proto, trace.proto:
 * resource_spans is field 1, scope_spans is its field 2, spans is field 2 of that.
 */
export const countSpans = (message: Uint8Array): number =>
  fields(message, 1)
    .flatMap(resourceSpans => fields(resourceSpans, 2))
    .flatMap(scopeSpans => fields(scopeSpans, 2)).length;

/** The embedded messages with a field number. Source: protobuf.dev, "Encoding". */
const fields = (message: Uint8Array, wanted: number): Uint8Array[] => {
  const found: Uint8Array[] = [];
  let position = 0;
  const readNumber = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[position++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (position < message.length) {
    const tag = readNumber();
    switch (tag & 7) {
      case 0:
        readNumber();
        break;
      case 1:
        position += 8;
        break;
      case 2: {
        const end = readNumber() + position;
        if (tag >>> 3 === wanted) found.push(message.subarray(position, end));
        position = end;
        break;
      }
      case 5:
        position += 4;
        break;
      default:
        throw new Error(`not protobuf: wire type ${tag & 7}`);
    }
  }
  return found;
};
