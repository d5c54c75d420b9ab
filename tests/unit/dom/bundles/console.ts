/** What tests of the console call without its page: the frame reader, and the words for fields. */
import { FrameReader } from "../../../../agent_console/src/frames.ts";
import { statusOf, verdictOf, clockOf, spacedCode } from "../../../../agent_console/src/words.ts";

Object.assign(window, { besideConsole: { FrameReader, statusOf, verdictOf, clockOf, spacedCode } });
