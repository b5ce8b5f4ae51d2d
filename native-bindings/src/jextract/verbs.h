/* What the verbs bindings are generated from; scripts/generate-bindings reads it. */
#include <infiniband/verbs.h>
