//! torg
