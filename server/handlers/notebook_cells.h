// Requests about cells of notebooks are answered as requests about the notebook's module: places are moved on the way
// in and on the way out, so that no handler knows of cells.
#pragma once

#include <string>

#include "server/session.h"
#include "server/transport/reply.h"

namespace server {

/// Moves `params` into the module when they are about a cell, and makes `reply` move the result back. A notebook that
/// is a place in the answer to any request becomes its cell.
void adapt_to_notebooks(Session& session, protocol::Json& params, Reply& reply);

}  // namespace server
