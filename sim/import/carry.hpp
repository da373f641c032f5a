// What belongs to both of two estates, before a change and after it, though only one of them tells of it.
#pragma once

#include "import/estate.hpp"
#include "model/platform.hpp"

namespace cmksim::import {

/// Puts what has no model and comes only with the plan into the estate before it: it is to be listed, and no timeline
/// can make it. Its keys stand as URIs where they are not there before the plan.
void carryUnmodelled(ImportedEstate& before, const ImportedEstate& after, const Platform& platform);

/// Puts a key that only one of two estates names, and nothing describes, into the vault of the other: that it is named
/// says nothing of when it was made, or of its end. Likewise identities in another tenant.
void carryAssumedKeys(ImportedEstate& one, ImportedEstate& other);

} // namespace cmksim::import
