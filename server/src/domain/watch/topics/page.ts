import { toBinary } from "@bufbuild/protobuf";
import { limits, type PageTopic, PageTopicSchema } from "@interval/proto";
import { findPlace } from "../../access/place.ts";
import { checkSize } from "../../check-size.ts";
import type { FindTopic } from "./topic.ts";

/** One page, opened for this subscription alone. */
export const findPage: FindTopic<PageTopic> = async (caller, topic, { pages, people }) => {
  checkSize("The parameters", toBinary(PageTopicSchema, topic).length, limits.answerBytes);
  const place = await findPlace(caller, topic, people);
  return (subscription) => {
    const close = pages.open(caller, place, topic, {
      tell: (value) => subscription.send({ case: "page", value }),
      denied: () => subscription.resync("You may not open this page any more."),
    });
    subscription.onEnd(close);
  };
};
