// A client that may be served by a server without a quorum reads there, and writes again when there is one.
#include "nodes.h"
#include "stages.h"

void read_only(const struct Arguments* arguments) {
  struct Session writer, reader;
  step("with a quorum a client that may be served read-only writes");
  session_open(&writer, arguments->servers, kPatientMs, ZOO_READONLY);
  EXPECT_NUMBER(ZOO_CONNECTED_STATE, writer.state);
  CREATE(&writer, "/read_only", "before");
  session_close(&writer);

  step("without one it reads");
  ask("leave one server alone");
  session_open(&reader, arguments->servers, kPatientMs, ZOO_READONLY);
  EXPECT_NUMBER(ZOO_READONLY_STATE, reader.state);
  EXPECT_DATA(&reader, "/read_only", "before");
  EXPECT_TEXT("read_only zookeeper ", children_of(&reader, "/").text);
  EXPECT_CODE(ZNONODE, zoo_exists(reader.zk, "/none", 0, NULL));
  step("and is told that it may not write");
  // The library's multi that waits for its reply aborts when that is nothing but an error.
  static struct Name multi;
  static zoo_op_t op;
  static zoo_op_result_t result;
  multi = (struct Name){&reader, "multi"};
  zoo_set_op_init(&op, "/read_only", "no", 2, -1, NULL);
  EXPECT_CODE(ZNOTREADONLY, create_node(&reader, "/no", ""));
  EXPECT_CODE(ZNOTREADONLY, set_node(&reader, "/read_only", "no"));
  EXPECT_CODE(ZNOTREADONLY, zoo_delete(reader.zk, "/read_only", -1));
  EXPECT_CODE(ZNOTREADONLY, zoo_set_acl(reader.zk, "/read_only", -1, &ZOO_READ_ACL_UNSAFE));
  EXPECT_OK(zoo_amulti(reader.zk, 1, &op, &result, record_code, &multi));
  EXPECT_NEXT(&reader, "multi: state-changing request is passed to read-only server");

  step("when there is a quorum again the library finds it, and writes");
  ask("reunite");
  wait_state(&reader, ZOO_CONNECTED_STATE);
  SET(&reader, "/read_only", "after");
  EXPECT_DATA(&reader, "/read_only", "after");
  clear(&reader, "/read_only");
  session_close(&reader);
}
