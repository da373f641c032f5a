// What belongs to both of two estates, before a change and after it, though only one of them tells of it.
#pragma once

#include "import/estate.hpp"
#include "import/raw_import.hpp"
#include "model/platform.hpp"

#include <initializer_list>

namespace cmksim::import {

/// Puts what has no model and comes only with the plan into the estate before it: it is to be listed, and no timeline
/// can make it. Its keys stand as URIs where they are not there before the plan.
void carryUnmodelled(ImportedEstate& before, const ImportedEstate& after, const Platform& platform);

/// Puts a key that only one of two estates names, and nothing describes, into the vault of the other: that it is named
/// says nothing of when it was made, or of its end. Likewise identities, and those in another tenant.
void carryAssumed(ImportedEstate& one, ImportedEstate& other);

/// Tells each side, before a change and after it, of the identities that the other speaks of or looks up and does not
/// make: no change makes them, so that they are there all the time, and what is granted to them stays theirs.
void shareIdentities(RawImport& before, RawImport& after);

/// Calls the identities that Azure made for keys of resources, to which a template refers, as a known estate does.
void nameMadeIdentities(const RawImport& known, RawImport& after);

/// Tells of identities that something names by their ids and nothing that was read describes, each once.
void tellUndescribed(std::initializer_list<const RawImport*> read, Diagnostics& diagnostics);

} // namespace cmksim::import
